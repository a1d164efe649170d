//! `#[run]`, `#[signal]`, `#[query]`, `#[update]` and `#[validate(update)]` on a method.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, ImplItemFn, Meta, spanned::Spanned};

use super::kind::Kind;
use crate::{
    diag::{Errors, say},
    grammar::{
        options::{self, options},
        values::Text,
    },
};

/// What a method is for.
pub(super) enum Mark {
    Run,
    Handler(Kind, Named),
    /// Of this update; none where that has been noted.
    Validate(Option<Ident>),
}

/// A handler's name where one is given, and where that is.
pub(super) struct Named {
    pub(super) name: Option<String>,
    /// The constant that is its name.
    pub(super) constant: Ident,
}

/// What an attribute of ours is called.
#[derive(Clone, Copy)]
enum Word {
    Run,
    Handler(Kind),
    Validate,
}

pub(super) fn is_ours(attr: &Attribute) -> bool {
    word(attr).is_some()
}

/// By the last word of the path: `#[flock::signal]` is one too.
fn word(attr: &Attribute) -> Option<Word> {
    let last = &attr.path().segments.last()?.ident;
    if last == "run" {
        return Some(Word::Run);
    }
    if last == "validate" {
        return Some(Word::Validate);
    }
    let is_it = |kind: &Kind| last == kind.role().word();
    Kind::ALL.into_iter().find(is_it).map(Word::Handler)
}

/// Takes our attribute off a method, and gives what it says and where it is.
pub(super) fn take(method: &mut ImplItemFn, errors: &mut Errors) -> Option<(Mark, Span)> {
    let (ours, rest): (Vec<_>, Vec<_>) = method.attrs.drain(..).partition(is_ours);
    method.attrs = rest;
    let mut ours = ours.into_iter();
    let first = ours.next()?;
    if let Some(second) = ours.next() {
        errors.under(second.path(), say::two_marks(&method.sig.ident.to_string()));
    }
    if let Some(cfg) = method.attrs.iter().find(|attr| attr.path().is_ident("cfg")) {
        errors.under(cfg, say::conditional(&method.sig.ident.to_string()));
    }
    let place = first.path().span();
    let mark = match word(&first)? {
        Word::Run => {
            if !matches!(first.meta, Meta::Path(_)) {
                errors.under(&first.meta, say::run_has_no_options());
            }
            Mark::Run
        }
        Word::Validate => Mark::Validate(update(&first, errors)),
        Word::Handler(kind) => Mark::Handler(kind, named(&first, errors)),
    };
    Some((mark, place))
}

options! {
    struct Options {
        name: Text = "name = \"writer\"",
    }
}

fn named(attr: &Attribute, errors: &mut Errors) -> Named {
    let written: Options = options::read(tokens(attr), errors);
    Named {
        constant: written.name.named("NAME"),
        name: written.name.take().map(|name| name.0),
    }
}

fn update(attr: &Attribute, errors: &mut Errors) -> Option<Ident> {
    let named = match &attr.meta {
        Meta::List(list) => list.parse_args::<Ident>().ok(),
        Meta::Path(_) | Meta::NameValue(_) => None,
    };
    if named.is_none() {
        errors.under(&attr.meta, say::validator_of_nothing());
    }
    named
}

fn tokens(attr: &Attribute) -> TokenStream {
    match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    }
}
