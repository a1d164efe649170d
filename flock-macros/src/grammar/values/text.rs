//! Texts in quotes.

use darling::FromMeta;
use syn::{Expr, ExprArray, Lit, LitStr, Meta, spanned::Spanned};

use super::{agents, key, literal, ungrouped, value, written};
use crate::{diag::say, grammar::options};

/// A text that is not empty.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) value: String,
}

impl FromMeta for Text {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let text = string(item)?;
        if text.value().trim().is_empty() {
            return Err(say::empty(&key(item)).at(text.span()));
        }
        Ok(Self {
            value: text.value(),
        })
    }
}

/// A text, or an expression that gives one: `include_str!("…")`.
#[derive(Debug, Clone)]
pub(crate) struct Prose(pub(crate) Expr);

impl FromMeta for Prose {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let expr = value(item)?;
        match literal(expr) {
            None if !matches!(expr, Expr::Verbatim(_)) => Ok(Self(expr.clone())),
            Some(Lit::Str(text)) if text.value().trim().is_empty() => {
                Err(say::empty(&key(item)).at(text.span()))
            }
            Some(Lit::Str(_)) => Ok(Self(expr.clone())),
            _ => Err(say::takes_text(&key(item), options::example(&key(item))).at(expr.span())),
        }
    }
}

/// Several texts, none of them empty.
#[derive(Debug, Clone)]
pub(crate) struct Texts(pub(crate) Vec<LitStr>);

impl FromMeta for Texts {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let expr = value(item)?;
        let fault = |span| {
            let key = key(item);
            let meant = match agents(expr).as_slice() {
                [] => options::example(&key).to_owned(),
                words => format!("{key} = [\"{}\"]", words.join("\", \"")),
            };
            say::takes_texts(&key, &meant).at(span)
        };
        let Expr::Array(ExprArray { elems, .. }) = expr else {
            return Err(fault(expr.span()));
        };
        let texts = elems.iter().map(|elem| match literal(ungrouped(elem)) {
            Some(Lit::Str(text)) if text.value().trim().is_empty() => {
                Err(say::empty(&key(item)).at(text.span()))
            }
            Some(Lit::Str(text)) => Ok(text.clone()),
            _ => Err(fault(elem.span())),
        });
        texts.collect::<darling::Result<_>>().map(Self)
    }
}

fn string(item: &Meta) -> darling::Result<&LitStr> {
    let expr = value(item)?;
    match literal(expr) {
        Some(Lit::Str(text)) => Ok(text),
        _ => {
            let key = key(item);
            let meant = match expr {
                Expr::Path(path) => format!("{key} = \"{}\"", written(path)),
                _ => options::example(&key).to_owned(),
            };
            Err(say::takes_text(&key, &meant).at(expr.span()))
        }
    }
}
