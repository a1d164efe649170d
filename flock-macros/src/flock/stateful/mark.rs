//! `#[run]`, `#[signal]`, `#[query]`, `#[update]` and `#[validate(update)]` on a method.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, ImplItemFn, Meta, spanned::Spanned};

use crate::{
    diag::{Errors, say},
    grammar::{
        options::{self, options},
        values::Text,
    },
    role::Role,
};

/// What a method is for.
pub(super) enum Mark {
    Run,
    Handler(Role, Named),
    /// Of this update; none where that has been noted.
    Validate(Option<Ident>),
}

/// A handler's name where one is given, and where that is.
pub(super) struct Named {
    pub(super) name: Option<String>,
    /// The constant that is its name.
    pub(super) constant: Ident,
}

const WORDS: [&str; 5] = ["run", "signal", "query", "update", "validate"];

pub(super) fn is_ours(attr: &Attribute) -> bool {
    word(attr).is_some()
}

/// The last word of the path: `#[flock::signal]` is one too.
fn word(attr: &Attribute) -> Option<&'static str> {
    let last = attr.path().segments.last()?.ident.to_string();
    WORDS.into_iter().find(|word| last == *word)
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
        "run" => {
            if !matches!(first.meta, Meta::Path(_)) {
                errors.under(&first.meta, say::run_has_no_options());
            }
            Mark::Run
        }
        "validate" => Mark::Validate(update(&first, errors)),
        word => {
            let role = match word {
                "signal" => Role::Signal,
                "query" => Role::Query,
                _ => Role::Update,
            };
            Mark::Handler(role, named(&first, errors))
        }
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
