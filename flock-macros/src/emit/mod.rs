//! From resolved values to tokens; all that agents and flocks share.

mod carry;
mod inherit;
pub(crate) mod io;
pub(crate) mod options;
mod outcome;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Path, Type, parse_quote};

use crate::grammar::{
    fields::{argument_of, is_plain},
    options::Given,
    values::Library,
};

pub(crate) use carry::nested;
pub(crate) use inherit::{inherited, joined};
pub(crate) use outcome::{outcome, value_of};

/// Where the library is found.
pub(crate) fn library(given: &Given<Library>) -> Path {
    match given.get() {
        Some(library) => library.0.clone(),
        None => parse_quote!(::flock),
    }
}

/// Where the library's hidden module is found.
pub(crate) fn private(given: &Given<Library>) -> Path {
    let library = library(given);
    parse_quote!(#library::__private)
}

/// A name that cannot be confused with one of the user's, whose function may be called `input` too.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// An `Option` in a constant.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// Whether a field of the type may be left out, as an expression, which needs the trait `Required`:
/// the type is asked, since an `Option` may have another name. None where it surely may not.
pub(crate) fn optional(ty: &Type, private: &Path) -> Option<TokenStream> {
    let is_value = is_plain(ty) && argument_of(ty, "Option").is_none();
    let is_known = is_value || argument_of(ty, "Vec").is_some();
    (!is_known).then(|| quote!(#private::Asked::<#ty>::OPTIONAL))
}

/// A field as it is known from outside.
pub(crate) fn field(
    name: &str,
    ty: &str,
    said: &str,
    optional: Option<&TokenStream>,
    private: &Path,
) -> TokenStream {
    let description = description(said);
    let optional = optional.map(|optional| quote!(.optional(#optional)));
    quote!(#private::Field::new(#name, #ty) #description #optional)
}

/// `.description("…")`, where there is something to say.
pub(crate) fn description(said: &str) -> Option<TokenStream> {
    (!said.is_empty()).then(|| quote!(.description(#said)))
}

/// Where a path is reported: its last word tells most.
pub(crate) fn place(path: &Path) -> Span {
    path.segments
        .last()
        .map_or_else(Span::call_site, |last| last.ident.span())
}

/// The library's path at `span`, for what the compiler is to report there. One that begins with a word
/// stays as it is: it is the user's, and where its words are of two hands (`$crate::library`), each
/// means what it means by where it comes from.
pub(crate) fn private_at(span: Span, private: &Path) -> TokenStream {
    if private.leading_colon.is_none() {
        return quote!(#private);
    }
    let moved = quote!(#private).into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    moved.collect()
}

/// The same tokens between a first and a last at `span`: enough for what the compiler reports about
/// all of them, and nothing that an editor would take `span` for.
pub(crate) fn around(span: Span, tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if let Some(first) = tokens.first_mut() {
        first.set_span(span);
    }
    if let Some(last) = tokens.last_mut() {
        last.set_span(span);
    }
    tokens.into_iter().collect()
}

/// The call of an annotated function, placed on its return type: that is where the compiler reports
/// what does not fit.
pub(crate) fn call(
    ident: &Ident,
    returns: &Option<Type>,
    arguments: &[TokenStream],
) -> TokenStream {
    let (first, last) = match returns {
        Some(returns) => ends(returns),
        None => (ident.span(), ident.span()),
    };
    let mut function = ident.clone();
    function.set_span(first.resolved_at(ident.span()));
    let mut list = Group::new(Delimiter::Parenthesis, quote!(#(#arguments),*));
    list.set_span(last.resolved_at(ident.span()));
    quote!(#function #list)
}

/// The call of an annotated method, placed likewise.
pub(crate) fn method_call(
    ident: &Ident,
    returns: &Option<Type>,
    arguments: &[TokenStream],
) -> TokenStream {
    let call = call(ident, returns, arguments);
    let first = match returns {
        Some(returns) => ends(returns).0,
        None => ident.span(),
    };
    quote_spanned!(first.resolved_at(ident.span())=> Self::#call)
}

/// Where the tokens begin and end.
pub(crate) fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut tokens = tokens.to_token_stream().into_iter();
    let first = tokens.next();
    let last = tokens.last().or_else(|| first.clone());
    let span = |token: Option<TokenTree>| token.map_or_else(Span::call_site, |token| token.span());
    (span(first), span(last))
}
