//! From resolved values to tokens; all that agents and flocks share.

mod fields;
pub(crate) mod io;
pub(crate) mod options;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Path, Visibility, parse_quote};

pub(crate) use fields::fields;

/// Where the library's hidden module is found.
pub(crate) fn private(library: Option<Path>) -> Path {
    let library = library.unwrap_or_else(|| parse_quote!(::flock));
    parse_quote!(#library::__private)
}

/// The type that stands for a function: the two live side by side in different namespaces.
pub(crate) fn marker(vis: &Visibility, ident: &Ident, what: &str) -> TokenStream {
    let doc = format!("The {what} [`{ident}`](fn@{ident}), as a type.");
    quote! {
        #[doc = #doc]
        #[allow(non_camel_case_types)]
        #vis enum #ident {}
    }
}

/// An `Option` in a constant.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
