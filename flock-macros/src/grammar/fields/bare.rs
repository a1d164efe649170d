//! What is written in the wrong form: a type in quotes, or quotes between parentheses.

use heck::ToSnakeCase;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{LitStr, Token, Type, parse::Parser, punctuated::Punctuated};

use super::{Field, last_word, mend, python};
use crate::{diag::Errors, grammar::type_name::type_name};

/// The type that all of the text is, as it is written without quotes. A word that may as well name a
/// field is none.
pub(super) fn type_in(text: &str) -> Option<String> {
    const WORDS: [&str; 24] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize", "str", "string", "int", "integer", "float", "double",
        "boolean", "()",
    ];
    let text = text.trim();
    let is_word = text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_type = match is_word {
        true => WORDS.contains(&text) || text.starts_with(char::is_uppercase),
        // A field's name is followed by no bracket, and by one colon.
        false => {
            text.contains("::") && !text.contains([' ', '|', '='])
                || text.starts_with(['&', '(', '['])
                || text.ends_with(['>', ']'])
                    && text.find(['<', '[']).is_some_and(|at| {
                        text[..at].chars().all(|c| c.is_alphanumeric() || c == '_')
                    })
        }
    };
    if !is_type {
        return None;
    }
    if let Some(rust) = python::rust(text) {
        return Some(rust);
    }
    let mut ty = syn::parse_str::<Type>(text).ok()?;
    mend(&mut ty);
    Some(type_name(&ty))
}

/// A name for a value of the type.
pub(super) fn name_of(ty: &str) -> String {
    let word = syn::parse_str(ty).ok().as_ref().and_then(last_word);
    match word.as_deref() {
        Some("String") => "text".to_owned(),
        Some("bool") => "answer".to_owned(),
        Some("Vec") => "items".to_owned(),
        Some(word) if word.starts_with(char::is_uppercase) && word == ty => word.to_snake_case(),
        Some(word) if word.starts_with(char::is_lowercase) => "number".to_owned(),
        _ => "value".to_owned(),
    }
}

/// The texts between the parentheses, where there is nothing else, as one.
pub(super) fn texts(tokens: &TokenStream) -> Option<String> {
    let read = Punctuated::<LitStr, Token![,]>::parse_terminated;
    let texts = read.parse2(tokens.clone()).ok()?;
    let texts: Vec<_> = texts.iter().map(LitStr::value).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// What was meant by `{ topic: String }` or `["topic: String"]`.
pub(super) fn bracketed(key: &str, tokens: &TokenStream) -> Option<String> {
    let mut tokens = tokens.clone().into_iter();
    let (Some(TokenTree::Group(group)), None) = (tokens.next(), tokens.next()) else {
        return None;
    };
    if group.delimiter() == Delimiter::Parenthesis {
        return None;
    }
    if let Some(texts) = texts(&group.stream()) {
        return Some(format!("{key} = \"{texts}\""));
    }
    let mut errors = Errors::default();
    let fields = super::tokens::fields(group.stream(), &mut errors);
    let written = |field: &Field| format!("{}: {}", field.key(), type_name(&field.ty));
    let fields: Vec<_> = fields.iter().map(written).collect();
    (errors.is_sound() && !fields.is_empty()).then(|| format!("{key}({})", fields.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{name_of, type_in};

    #[test]
    fn types_are_told_from_fields() {
        for (text, ty) in [
            ("String", "String"),
            (" Vec<String> ", "Vec<String>"),
            ("crate::Report", "Report"),
            ("(String, u8)", "(String, u8)"),
            ("&str", "String"),
            ("list[str]", "Vec<String>"),
            ("HashMap<String, Vec<u8>>", "HashMap<String, Vec<u8>>"),
            ("bool", "bool"),
        ] {
            assert_eq!(type_in(text).as_deref(), Some(ty), "{text}");
        }
        for text in [
            "summary",
            "text",
            "number",
            "topic: Vec<String>",
            "topic | of std::io",
            "a, b: Vec<u8>",
            "topic | [sic]",
            "a: u8 | b::c",
        ] {
            assert_eq!(type_in(text), None, "{text}");
        }
    }

    #[test]
    fn values_have_names() {
        for (ty, name) in [
            ("String", "text"),
            ("BugReport", "bug_report"),
            ("u8", "number"),
            ("Option<String>", "value"),
        ] {
            assert_eq!(name_of(ty), name);
        }
    }
}
