//! `search_attributes(customer: Keyword, total: Double)`.

use syn::{Ident, Meta, Token, Type, ext::IdentExt, parse::Parser, punctuated::Punctuated};

use crate::{
    agreed::SEARCH_ATTRIBUTES,
    diag::{Errors, say},
    grammar::{
        options::{Entry, Value},
        type_name::type_name,
    },
};

/// The kinds, by Temporal's names.
const KINDS: &[&str] = &[
    "Keyword",
    "KeywordList",
    "Text",
    "Int",
    "Double",
    "Bool",
    "Datetime",
];

/// Names and kinds.
#[derive(Debug, Clone, Default)]
pub(crate) struct SearchAttributes(pub(crate) Vec<(String, &'static str)>);

struct Written {
    name: Ident,
    kind: Option<Type>,
}

impl syn::parse::Parse for Written {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let colon: Option<Token![:]> = input.parse()?;
        let kind = colon.map(|_| input.parse()).transpose()?;
        Ok(Self { name, kind })
    }
}

impl Value for SearchAttributes {
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        let written = errors.take(written(entry))?;
        let mut attributes = Vec::<(String, &'static str)>::new();
        for Written { name, kind } in written {
            let text = name.unraw().to_string();
            let Some(kind) = kind else {
                errors.at(name.span(), say::no_search_kind(&text, KINDS));
                continue;
            };
            if SEARCH_ATTRIBUTES.contains(&text.as_str()) {
                errors.at(name.span(), say::built_in_search_attribute(&text));
                continue;
            }
            if attributes.iter().any(|(other, _)| *other == text) {
                errors.at(name.span(), say::set_twice(&text));
                continue;
            }
            let found = type_name(&kind);
            match KINDS.iter().find(|known| **known == found) {
                Some(known) => attributes.push((text, known)),
                None => {
                    let sentence = say::unknown_search_kind(&found, rust(&found), KINDS);
                    errors.under(&kind, sentence);
                }
            }
        }
        Some(Self(attributes))
    }
}

fn written(entry: &Entry) -> syn::Result<Punctuated<Written, Token![,]>> {
    let form = || say::takes_list(entry.key(), entry.example());
    let Meta::List(list) = &entry.meta else {
        return Err(form().at(entry.place()));
    };
    let parse = Punctuated::parse_terminated;
    parse
        .parse2(list.tokens.clone())
        .map_err(|fault| form().at(fault.span()))
}

/// What was meant by a type of Rust.
fn rust(found: &str) -> Option<&'static str> {
    Some(match found {
        "String" | "&str" | "str" => "Keyword",
        "Vec<String>" => "KeywordList",
        "f32" | "f64" => "Double",
        "bool" => "Bool",
        "SystemTime" => "Datetime",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize" => "Int",
        _ => return None,
    })
}
