//! Paths of items.

use darling::FromMeta;
use proc_macro2::Span;
use syn::{Expr, Path, spanned::Spanned};

use crate::{
    diag::{Sentence, say},
    grammar::{
        options::{Derived, Entry, Form},
        own::{agents, path, ungrouped},
    },
};

/// A path to an agent.
#[derive(Debug, Clone, FromMeta)]
pub(crate) struct Item(pub(crate) Path);

impl Derived for Item {
    const FORM: Form = Form::Path;

    fn refused(entry: &Entry, _value: &Expr) -> Sentence {
        say::takes_path(entry.key(), entry.example())
    }
}

/// The agents that are the value of `key`, and where their list begins.
pub(crate) fn items(key: &str, example: &str, expr: &Expr) -> syn::Result<(Vec<Path>, Span)> {
    let fault = |place: &Expr| {
        let meant = match agents(expr).as_slice() {
            [] => example.to_owned(),
            agents => format!("{key} = [{}]", agents.join(", ")),
        };
        say::takes_paths(key, &meant).at(place.span())
    };
    let Expr::Array(array) = ungrouped(expr) else {
        return Err(fault(expr));
    };
    let paths = array
        .elems
        .iter()
        .map(|elem| path(elem).ok_or_else(|| fault(elem)));
    let paths = paths.collect::<syn::Result<_>>()?;
    Ok((paths, array.bracket_token.span.open()))
}

/// Where the library is found: a path, as a string too, as in serde.
#[derive(Debug, Clone, FromMeta)]
pub(crate) struct Library(pub(crate) Path);

impl Derived for Library {
    const FORM: Form = Form::Library;

    fn refused(_entry: &Entry, _value: &Expr) -> Sentence {
        say::bad_crate()
    }
}
