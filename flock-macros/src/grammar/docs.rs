//! Doc comments: what an item, a field or a parameter says about itself.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta};

use super::own::ungrouped;

/// The doc comment's text, without the space that follows each `///`.
pub(crate) fn text(attrs: &[Attribute]) -> String {
    let lines: Vec<String> = attrs.iter().filter_map(line).collect();
    // A block comment comes as one piece, its later lines still indented.
    let all = lines.join("\n");
    let lines = all
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The doc comment as a constant text: with what `include_str!` and its like bring, which only the
/// compiler knows. None where nothing is said.
pub(crate) fn constant(attrs: &[Attribute]) -> Option<TokenStream> {
    let values: Vec<_> = attrs.iter().filter_map(value).collect();
    if values.iter().all(|value| literal(value).is_some()) {
        let text = text(attrs);
        return (!text.is_empty()).then(|| quote!(#text));
    }
    let lines = values.iter().enumerate().map(|(at, value)| {
        let newline = (at > 0).then_some("\n").into_iter();
        let line = match literal(value) {
            Some(text) => {
                let text = text.value();
                let line = text.strip_prefix(' ').unwrap_or(&text).to_owned();
                quote!(#line)
            }
            None => quote!(#value),
        };
        quote!(#(#newline,)* #line)
    });
    Some(quote!(::core::concat!(#(#lines),*)))
}

/// The first paragraph, in one line.
pub(crate) fn summary(text: &str) -> String {
    let paragraph = text.lines().take_while(|line| !line.trim().is_empty());
    paragraph.map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Takes the doc comments out of `attrs` and gives their text in one line.
pub(crate) fn take(attrs: &mut Vec<Attribute>) -> String {
    let said = summary(&text(attrs));
    attrs.retain(|attr| !attr.path().is_ident("doc"));
    said
}

fn line(attr: &Attribute) -> Option<String> {
    literal(value(attr)?).map(LitStr::value)
}

fn value(attr: &Attribute) -> Option<&Expr> {
    match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => Some(ungrouped(&pair.value)),
        _ => None,
    }
}

fn literal(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text),
        _ => None,
    }
}
