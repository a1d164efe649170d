//! `#[flock(writer)]`: the first agent without its key.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    LitStr, Path, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
};

use super::syntax;
use crate::{
    diag::{Errors, nearest, say},
    emit::around,
    grammar::{
        options::{Table, keys},
        own::written,
    },
};

/// The options of a flock that is declared on a struct, with `start =` before an agent that stands
/// first and alone, which is noted.
pub(super) fn with_key(options: TokenStream, errors: &mut Errors) -> TokenStream {
    let first = |input: ParseStream<'_>| {
        let (path, place) = if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            (text.parse::<Path>()?, text.span())
        } else {
            let path = input.call(Path::parse_mod_style)?;
            let place = crate::emit::place(&path);
            (path, place)
        };
        let ends = input.is_empty() || input.peek(Token![,]);
        let rest: TokenStream = input.parse()?;
        Ok(ends.then_some((path, place, rest)))
    };
    let Ok(Some((path, place, rest))) = first.parse2(options.clone()) else {
        return options;
    };
    if let Some(word) = path.get_ident() {
        let word = word.unraw().to_string();
        if !nearest(&word, keys(syntax::Written::ROWS)).is_empty() || syntax::is_elsewhere(&word) {
            return options;
        }
    }
    errors.at(place, say::start_without_key(&written(&path)));
    let path = around(place, quote!(#path));
    quote!(start = #path #rest)
}
