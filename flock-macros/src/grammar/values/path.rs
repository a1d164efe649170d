//! Paths of items.

use darling::FromMeta;
use proc_macro2::Span;
use syn::{Expr, ExprPath, Lit, Meta, Path, spanned::Spanned};

use super::{agents, key, literal, ungrouped, value};
use crate::{diag::say, grammar::options};

/// A path to an item.
#[derive(Debug, Clone)]
pub(crate) struct Item(pub(crate) Path);

impl FromMeta for Item {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let expr = value(item)?;
        path(expr).map(Self).ok_or_else(|| {
            let key = key(item);
            let meant = match agents(expr).first() {
                Some(agent) => format!("{key} = {agent}"),
                None => options::example(&key).to_owned(),
            };
            let sentence = match literal(expr) {
                Some(Lit::Str(_)) => say::quoted_path(&key, &meant),
                _ => say::takes_path(&key, &meant),
            };
            sentence.at(expr.span())
        })
    }
}

/// `[A, B]`.
#[derive(Debug, Clone)]
pub(crate) struct Items {
    pub(crate) paths: Vec<Path>,
    pub(crate) span: Span,
}

impl Items {
    /// The agents that are the value of `key`.
    pub(crate) fn read(key: &str, expr: &Expr) -> darling::Result<Self> {
        let fault = |place: &Expr| {
            let meant = match agents(expr).as_slice() {
                [] => options::example(key).to_owned(),
                agents => format!("{key} = [{}]", agents.join(", ")),
            };
            say::takes_paths(key, &meant).at(place.span())
        };
        let Expr::Array(array) = ungrouped(expr) else {
            return Err(fault(expr));
        };
        let span = array.bracket_token.span.open();
        let paths = array
            .elems
            .iter()
            .map(|elem| path(elem).ok_or_else(|| fault(elem)));
        let paths = paths.collect::<darling::Result<_>>()?;
        Ok(Self { paths, span })
    }
}

/// The path that an expression is.
pub(crate) fn path(expr: &Expr) -> Option<Path> {
    match ungrouped(expr) {
        Expr::Path(ExprPath {
            qself: None,
            path,
            attrs,
        }) if attrs.is_empty() => Some(path.clone()),
        _ => None,
    }
}

/// Where the library is found: a path, as a string too, as in serde.
#[derive(Debug, Clone)]
pub(crate) struct Library(pub(crate) Path);

impl FromMeta for Library {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let expr = value(item)?;
        let found = match literal(expr) {
            Some(Lit::Str(text)) => text.parse_with(Path::parse_mod_style).ok(),
            _ => path(expr),
        };
        found
            .map(Self)
            .ok_or_else(|| say::bad_crate().at(expr.span()))
    }
}
