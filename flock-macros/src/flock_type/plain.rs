//! Structs of named fields that say nothing to serde or schemars: they need no derives.

use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, Lit, Meta, Path, ext::IdentExt};

use super::derives;
use crate::{emit, grammar::docs};

/// What neither serde's nor schemars' derive reads.
const UNREAD: [&str; 9] = [
    "allow",
    "cfg",
    "derive",
    "deny",
    "doc",
    "expect",
    "must_use",
    "non_exhaustive",
    "warn",
];

/// Whether the derives would give what is given for any struct of these fields.
pub(super) fn is_plain(ty: &DeriveInput) -> bool {
    let Data::Struct(data) = &ty.data else {
        return false;
    };
    let Fields::Named(fields) = &data.fields else {
        return false;
    };
    let is_generic = !ty.generics.params.is_empty() || ty.generics.where_clause.is_some();
    let is_raw = ty.ident.unraw() != ty.ident;
    let all = ty.attrs.iter();
    let all = all.chain(fields.named.iter().flat_map(|field| &field.attrs));
    !is_generic && !is_raw && !derives::any(&ty.attrs) && all.into_iter().all(is_unread)
}

/// The impls in place of the derives'.
pub(super) fn carried(ty: &DeriveInput, private: &Path) -> TokenStream {
    let fields = match &ty.data {
        Data::Struct(data) => &data.fields,
        _ => return TokenStream::new(),
    };
    let fields: Vec<_> = fields
        .iter()
        .filter_map(|field| Some((field.ident.as_ref()?, &field.ty, docs::text(&field.attrs))))
        .collect();
    emit::nested(&ty.ident, &docs::text(&ty.attrs), &fields, private)
}

fn is_unread(attr: &Attribute) -> bool {
    if !UNREAD.iter().any(|name| attr.path().is_ident(name)) {
        return false;
    }
    // Of a title schemars makes something else, and another macro's text is known to rustc alone.
    match &attr.meta {
        Meta::NameValue(doc) => match &doc.value {
            Expr::Lit(said) => match &said.lit {
                Lit::Str(text) => {
                    let text = text.value();
                    !text.contains('\n') && !text.trim_start().starts_with('#')
                }
                _ => false,
            },
            _ => false,
        },
        _ => true,
    }
}
