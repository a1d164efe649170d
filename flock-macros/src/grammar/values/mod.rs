//! The values of options, as darling `FromMeta` types.

mod limit;
mod list;
mod number;
mod own;
mod path;
mod schedule;
mod search;
mod text;
mod word;

use darling::FromMeta;
use proc_macro2::Span;
use syn::{Expr, ExprLit, Lit, Meta, spanned::Spanned};

use super::options;
use crate::diag::say;

pub(crate) use limit::Millis;
pub(crate) use list::{Policy, Retry, nested};
pub(crate) use number::{Attempts, Count, Decimal, LostWorkers, Priority, Retries};
pub(crate) use own::{agents, assigned, written};
pub(crate) use path::{Item, Items, Library, path};
pub(crate) use schedule::{Overlap, Schedule, TimeZone};
pub(crate) use search::SearchAttributes;
pub(crate) use text::{Prose, Text, Texts};
pub(crate) use word::{IdReuse, Versioning};

/// An option as darling hands it over: absent, understood or at fault.
pub(crate) type Given<T> = Option<darling::Result<T>>;

/// The option's key.
pub(crate) fn key(item: &Meta) -> String {
    item.path()
        .segments
        .last()
        .map(|last| last.ident.to_string())
        .unwrap_or_default()
}

/// The value after `=`.
pub(crate) fn value(item: &Meta) -> darling::Result<&Expr> {
    match item {
        Meta::NameValue(pair) => Ok(ungrouped(&pair.value)),
        Meta::Path(path) => {
            let key = key(item);
            Err(say::needs_value(&key, options::example(&key)).at(path.span()))
        }
        Meta::List(list) => {
            let key = key(item);
            let given = syn::parse2(list.tokens.clone()).ok();
            let meant = given.and_then(|value| assigned(&key, &value));
            let meant = meant.unwrap_or_else(|| options::example(&key).to_owned());
            Err(say::no_list(&key, &meant).at(list.path.span()))
        }
    }
}

/// Without the invisible brackets that `macro_rules!` puts around what it passes on.
pub(crate) fn ungrouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => ungrouped(&group.expr),
        expr => expr,
    }
}

fn literal(expr: &Expr) -> Option<&Lit> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        _ => None,
    }
}

/// `local`, `local = true` or `local = false`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switch {
    pub(crate) on: bool,
    pub(crate) span: Span,
}

impl FromMeta for Switch {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let span = item.path().span();
        if let Meta::Path(_) = item {
            return Ok(Self { on: true, span });
        }
        let expr = value(item)?;
        match literal(expr) {
            Some(Lit::Bool(on)) => Ok(Self { on: on.value, span }),
            _ => Err(say::takes_switch(&key(item)).at(expr.span())),
        }
    }
}

/// A value and where its key is.
#[derive(Debug, Clone)]
pub(crate) struct Keyed<T> {
    pub(crate) key: Span,
    pub(crate) value: T,
}

impl<T: FromMeta> FromMeta for Keyed<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let key = item.path().span();
        T::from_meta(item).map(|value| Self { key, value })
    }
}
