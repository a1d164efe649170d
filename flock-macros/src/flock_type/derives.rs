//! What the user has not derived.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Meta, Path, Token, parse::Parse, punctuated::Punctuated};

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

/// Whether `#[attribute(…)]` has `key`. What cannot be read is serde's to report.
pub(super) fn says(attrs: &[Attribute], attribute: &str, key: &str) -> bool {
    listed::<Meta>(attrs, attribute).any(|item| item.path().is_ident(key))
}

/// Whether one of the three is derived, or may be.
pub(super) fn any(attrs: &[Attribute]) -> bool {
    let lists = attrs.iter().filter(|attr| attr.path().is_ident("derive"));
    let read = |attr: &Attribute| {
        attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
            .is_ok()
    };
    let ours = ["Serialize", "Deserialize", "JsonSchema"];
    !lists.into_iter().all(read)
        || present(attrs)
            .iter()
            .any(|path| ours.iter().any(|name| ends_in(path, name)))
}

fn present(attrs: &[Attribute]) -> Vec<Path> {
    listed(attrs, "derive").collect()
}

/// What is in the lists of `#[attribute(…)]`, where they can be read.
fn listed<T: Parse>(attrs: &[Attribute], attribute: &str) -> impl Iterator<Item = T> {
    let lists = attrs
        .iter()
        .filter(move |attr| attr.path().is_ident(attribute));
    lists
        .filter_map(|attr| {
            attr.parse_args_with(Punctuated::<T, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
}

fn ends_in(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}
