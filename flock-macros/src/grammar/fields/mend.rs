//! Types that cannot travel, as far as their looks tell, and what was probably meant.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, Type, TypePath, parse_quote};

use super::python;
use crate::{
    diag::{Errors, Sentence, say},
    grammar::type_name::type_name,
};

/// A fault in a type, and the part of the type that it is about.
pub(crate) struct Fault {
    pub(crate) place: TokenStream,
    pub(crate) sentence: Sentence,
}

impl Fault {
    /// Whether the compiler would call its size unknown too.
    pub(crate) fn is_unsized(&self) -> bool {
        syn::parse2(self.place.clone()).is_ok_and(|ty| is_unsized(&ty))
    }

    pub(crate) fn note(self, errors: &mut Errors) {
        errors.under(&self.place, self.sentence);
    }
}

/// Puts in place of what cannot travel what was probably meant, for code that gives no errors of its
/// own.
pub(crate) fn mend(ty: &mut Type) -> Vec<Fault> {
    let mut faults = Vec::new();
    walk(ty, &mut faults);
    faults
}

/// As [`mend`], with the faults noted. Whether there were any.
pub(crate) fn mend_noting(ty: &mut Type, errors: &mut Errors) -> bool {
    let faults = mend(ty);
    let found = !faults.is_empty();
    faults.into_iter().for_each(|fault| fault.note(errors));
    found
}

fn walk(ty: &mut Type, faults: &mut Vec<Fault>) {
    let written = type_name(ty);
    let (meant, sentence) = match ty {
        Type::Reference(reference) => {
            let meant = owned(&reference.elem);
            let name = type_name(&meant);
            (meant, say::borrowed(&name, &written))
        }
        Type::Slice(slice) => {
            let meant = vec(&slice.elem);
            let name = type_name(&meant);
            (meant, say::unsized_type(&written, &name))
        }
        Type::TraitObject(_) => (parse_quote!(()), say::unnamed_type(&written)),
        Type::ImplTrait(_) => (parse_quote!(()), say::unnamed_type(&written)),
        Type::Infer(_) => (parse_quote!(()), say::inferred_type()),
        Type::Path(path) => match of_path(path, &written) {
            Some(found) => found,
            None => return arguments(path, faults),
        },
        Type::Tuple(tuple) => return tuple.elems.iter_mut().for_each(|elem| walk(elem, faults)),
        Type::Array(array) => return walk(&mut array.elem, faults),
        Type::Group(group) => return walk(&mut group.elem, faults),
        Type::Paren(paren) => return walk(&mut paren.elem, faults),
        _ => return,
    };
    let place = ty.to_token_stream();
    *ty = meant;
    // What was meant is itself free of faults, for whatever comes next.
    walk(ty, &mut Vec::new());
    faults.push(Fault { place, sentence });
}

fn of_path(path: &TypePath, written: &str) -> Option<(Type, Sentence)> {
    if let Some(rust) = python::rust(written) {
        let meant = parsed(&rust)?;
        return Some((meant, say::python_type(written, &rust)));
    }
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let inner = arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    if let (true, Some(inner)) = (last.ident == "Rc", inner) {
        let meant = owned(inner);
        let name = type_name(&meant);
        return Some((meant, say::one_thread(written, &name)));
    }
    let borrows = arguments.args.iter().any(|argument| {
        matches!(argument, GenericArgument::Lifetime(lifetime) if lifetime.ident != "static")
    });
    match inner {
        Some(inner) if borrows => {
            let meant = owned(inner);
            let name = type_name(&meant);
            Some((meant, say::borrowed(&name, written)))
        }
        _ => None,
    }
}

fn arguments(path: &mut TypePath, faults: &mut Vec<Fault>) {
    for segment in &mut path.path.segments {
        let holds_sized = holds_sized(&segment.ident);
        if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            for argument in &mut arguments.args {
                match argument {
                    // `Box<str>` is owned, and `Box<dyn Report>` may travel by rules of its own.
                    GenericArgument::Type(ty) if holds_sized || !is_unsized(ty) => {
                        walk(ty, faults);
                    }
                    _ => {}
                }
            }
        }
    }
}

fn holds_sized(ident: &Ident) -> bool {
    [
        "Vec", "Option", "HashMap", "BTreeMap", "HashSet", "BTreeSet",
    ]
    .iter()
    .any(|known| ident == known)
}

fn is_unsized(ty: &Type) -> bool {
    matches!(ty, Type::Slice(_) | Type::TraitObject(_)) || type_name(ty) == "str"
}

/// What `ty` is when it is not borrowed.
fn owned(ty: &Type) -> Type {
    match ty {
        Type::Slice(slice) => vec(&slice.elem),
        Type::TraitObject(_) => parse_quote!(()),
        ty if type_name(ty) == "str" => parse_quote!(::std::string::String),
        ty => ty.clone(),
    }
}

fn vec(elem: &Type) -> Type {
    parse_quote!(::std::vec::Vec<#elem>)
}

/// A type as we name it in messages, for code: there whatever the user has in scope.
pub(super) fn parsed(rust: &str) -> Option<Type> {
    syn::parse2(rooted(rust.parse().ok()?)).ok()
}

fn rooted(tokens: TokenStream) -> TokenStream {
    let rooted = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(word) if word == "String" => quote!(::std::string::String),
        TokenTree::Ident(word) if word == "Vec" => quote!(::std::vec::Vec),
        TokenTree::Ident(word) if word == "HashMap" => quote!(::std::collections::HashMap),
        TokenTree::Ident(word) if word == "Option" => quote!(::core::option::Option),
        TokenTree::Group(group) => {
            Group::new(group.delimiter(), rooted(group.stream())).into_token_stream()
        }
        token => token.into_token_stream(),
    });
    rooted.collect()
}

#[cfg(test)]
mod tests {
    use super::mend;
    use crate::grammar::type_name::type_name;
    use syn::parse_quote;

    #[test]
    fn finds_the_part_at_fault_and_what_was_meant() {
        for (mut ty, place, meant) in [
            (parse_quote!(&str), "&str", "String"),
            (
                parse_quote!(Vec<&'static str>),
                "&'static str",
                "Vec<String>",
            ),
            (parse_quote!(Option<Vec<str>>), "str", "Option<Vec<String>>"),
            (parse_quote!(&[u8]), "&[u8]", "Vec<u8>"),
            (parse_quote!((u8, [int; 2])), "int", "(u8, [i64; 2])"),
            (parse_quote!(Cow<'_, str>), "Cow<'_, str>", "String"),
            (parse_quote!(std::rc::Rc<String>), "Rc<String>", "String"),
            (
                parse_quote!(Option<list<str>>),
                "list<str>",
                "Option<Vec<String>>",
            ),
        ] {
            let faults = mend(&mut ty);
            let places: Vec<_> = faults.iter().map(|fault| type_name(&fault.place)).collect();
            assert_eq!(places, [place], "{meant}");
            assert_eq!(type_name(&ty), meant);
        }
    }

    #[test]
    fn leaves_what_may_travel() {
        for ty in [
            parse_quote!(Box<str>),
            parse_quote!(Arc<[u8]>),
            parse_quote!(Box<dyn Report>),
            parse_quote!(Cow<'static, str>),
            parse_quote!(HashMap<String, Vec<Option<u8>>>),
        ] {
            let mut mended: syn::Type = ty;
            let before = type_name(&mended);
            assert!(mend(&mut mended).is_empty(), "{before}");
            assert_eq!(type_name(&mended), before);
        }
    }
}
