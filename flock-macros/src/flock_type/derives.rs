//! What the user has not derived.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Path, Token, punctuated::Punctuated};

use super::serde::says;
use crate::emit::io::in_string;

/// `#[derive(…)]` of what is missing among `Serialize`, `Deserialize` and `JsonSchema`.
pub(super) fn missing(attrs: &[Attribute], private: &Path) -> TokenStream {
    let present = present(attrs);
    let is_missing = |name: &str| !present.iter().any(|path| ends_in(path, name));
    let mut derives = Vec::new();
    let mut crates = TokenStream::new();
    for name in ["Serialize", "Deserialize"] {
        if is_missing(name) {
            let name = quote::format_ident!("{name}");
            derives.push(quote!(#private::serde::#name));
        }
    }
    if !derives.is_empty() && !says(attrs, "serde", "crate") {
        let path = in_string(private, "serde");
        crates.extend(quote!(#[serde(crate = #path)]));
    }
    if is_missing("JsonSchema") {
        derives.push(quote!(#private::schemars::JsonSchema));
        if !says(attrs, "schemars", "crate") {
            let path = in_string(private, "schemars");
            crates.extend(quote!(#[schemars(crate = #path)]));
        }
    }
    if derives.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[derive(#(#derives),*)]
        #crates
    }
}

/// Takes off what only the derives understand, for a type that gets none.
pub(super) fn strip(ty: &mut DeriveInput) {
    let strip = |attrs: &mut Vec<Attribute>| {
        attrs.retain(|attr| !attr.path().is_ident("serde") && !attr.path().is_ident("schemars"));
    };
    strip(&mut ty.attrs);
    if let Data::Struct(data) = &mut ty.data {
        data.fields
            .iter_mut()
            .for_each(|field| strip(&mut field.attrs));
    }
}

fn present(attrs: &[Attribute]) -> Vec<Path> {
    let lists = attrs.iter().filter(|attr| attr.path().is_ident("derive"));
    lists
        .filter_map(|attr| {
            attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .collect()
}

fn ends_in(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}
