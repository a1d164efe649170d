//! Types that came along from another language.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Type;

/// The Rust type that was probably meant by `ty`.
pub(super) fn rust(ty: &str) -> Option<String> {
    let ty = ty.trim();
    if let Some((outer, inner)) = ty.split_once(['[', '<'])
        && let Some(inner) = inner.strip_suffix([']', '>'])
    {
        let inner: Vec<String> = inner
            .split(',')
            .map(|part| rust(part).unwrap_or_else(|| part.trim().to_owned()))
            .collect();
        // In angle brackets, a capital begins a type of the user's own.
        let is_foreign = ty.ends_with(']');
        let outer = match outer.trim() {
            "list" | "array" | "set" => "Vec",
            "List" | "Array" if is_foreign => "Vec",
            "dict" | "map" => "HashMap",
            "Dict" if is_foreign => "HashMap",
            "Optional" if is_foreign => "Option",
            _ => return None,
        };
        return Some(format!("{outer}<{}>", inner.join(", ")));
    }
    let rust = match ty {
        "str" | "string" | "text" => "String",
        "int" | "integer" => "i64",
        "float" | "double" | "number" => "f64",
        "boolean" => "bool",
        "list" | "array" => "Vec<String>",
        "dict" | "object" => "HashMap<String, String>",
        _ => return None,
    };
    Some(rust.to_owned())
}

/// The same as a type that is there whatever the user has in scope.
pub(super) fn meant(ty: &str) -> Option<Type> {
    let tokens: TokenStream = rust(ty)?.parse().ok()?;
    let rooted = tokens.into_iter().map(|token| match &token {
        TokenTree::Ident(word) if word == "String" => quote!(::std::string::String),
        TokenTree::Ident(word) if word == "Vec" => quote!(::std::vec::Vec),
        TokenTree::Ident(word) if word == "HashMap" => quote!(::std::collections::HashMap),
        TokenTree::Ident(word) if word == "Option" => quote!(::core::option::Option),
        _ => token.to_token_stream(),
    });
    syn::parse2(rooted.collect()).ok()
}

#[cfg(test)]
mod tests {
    use super::{meant, rust};

    #[test]
    fn suggested() {
        assert_eq!(rust("str").as_deref(), Some("String"));
        assert_eq!(rust("list[str]").as_deref(), Some("Vec<String>"));
        assert_eq!(
            rust("dict[str, int]").as_deref(),
            Some("HashMap<String, i64>")
        );
        assert_eq!(rust("Vec<String>"), None);
        assert_eq!(rust("Report"), None);
        assert_eq!(rust("List[str]").as_deref(), Some("Vec<String>"));
        assert_eq!(rust("List<Report>"), None);
        let ty = meant("dict[str, list[str]]").map(|ty| crate::grammar::type_name::type_name(&ty));
        assert_eq!(ty.as_deref(), Some("HashMap<String, Vec<String>>"));
    }
}
