//! From resolved values to tokens; all that agents and flocks share.

mod fields;
pub(crate) mod io;
pub(crate) mod options;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Path, Type, Visibility, parse_quote};

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

/// The same tokens, all at `span`, for what the compiler is to report there.
pub(crate) fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let moved = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), at(span, group.stream()));
            moved.set_span(span);
            TokenTree::Group(moved)
        }
        mut token => {
            token.set_span(span);
            token
        }
    });
    moved.collect()
}

/// The call of an annotated function, placed on its return type: that is where the compiler reports
/// what does not fit.
pub(crate) fn call(ident: &Ident, returns: &Option<Type>, arguments: &[TokenStream]) -> TokenStream {
    let tokens: Vec<_> = returns.to_token_stream().into_iter().collect();
    let place = |token: Option<&TokenTree>| {
        token.map_or_else(|| ident.span(), TokenTree::span).resolved_at(ident.span())
    };
    let mut function = ident.clone();
    function.set_span(place(tokens.first()));
    let mut list = Group::new(Delimiter::Parenthesis, quote!(#(#arguments),*));
    list.set_span(place(tokens.last()));
    quote!(#function #list)
}
