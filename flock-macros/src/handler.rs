//! `#[run]`, `#[query]` and `#[update]` where no `#[flock]` has read them: in the wrong place.

use proc_macro2::{Span, TokenStream};

use crate::diag::{Errors, say};

/// The item as it is, and where its attribute belongs.
pub(crate) fn outside(word: &str, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let first = item.clone().into_iter().next();
    let place = first.map_or_else(Span::call_site, |token| token.span());
    errors.at(place, say::handler_elsewhere(word));
    errors.beside(item)
}
