//! Numbers.

use darling::FromMeta;
use proc_macro2::Span;
use syn::{Expr, ExprLit, ExprUnary, Lit, Meta, UnOp, spanned::Spanned};

use super::{key, literal, value};
use crate::{diag::say, grammar::options};

/// The most that Temporal can be told; the SDK takes larger numbers down to it without a word.
const MOST: u32 = i32::MAX as u32;

/// Retries after the first failure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retries(pub(crate) u32);

impl FromMeta for Retries {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        integer(item, MOST - 1).map(|(retries, _)| Self(retries))
    }
}

/// Workers that may die under one call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LostWorkers {
    pub(crate) most: u32,
    pub(crate) span: Span,
}

impl FromMeta for LostWorkers {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        integer(item, MOST).map(|(most, span)| Self { most, span })
    }
}

/// Attempts in all: a number, or `unlimited`, which is 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempts {
    pub(crate) most: u32,
    pub(crate) key: Span,
}

impl FromMeta for Attempts {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let key = item.path().span();
        if let Expr::Path(path) = value(item)?
            && path.path.is_ident("unlimited")
        {
            return Ok(Self { most: 0, key });
        }
        match integer(item, MOST)? {
            (0, span) => Err(say::zero_attempts().at(span)),
            (most, _) => Ok(Self { most, key }),
        }
    }
}

/// A whole number above zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Count(pub(crate) u32);

impl FromMeta for Count {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        match integer(item, MOST)? {
            (0, span) => {
                let key = key(item);
                Err(say::zero(&key, options::example(&key)).at(span))
            }
            (count, _) => Ok(Self(count)),
        }
    }
}

/// 1 to 5.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Priority(pub(crate) u8);

impl FromMeta for Priority {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let (priority, span) = integer(item, u32::MAX)?;
        match u8::try_from(priority) {
            Ok(priority @ 1..=5) => Ok(Self(priority)),
            _ => Err(say::bad_priority(priority).at(span)),
        }
    }
}

/// A number that may have a fraction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal {
    pub(crate) value: f64,
    pub(crate) span: Span,
}

impl FromMeta for Decimal {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let expr = value(item)?;
        let key = key(item);
        let parsed = match expr {
            Expr::Unary(ExprUnary {
                op: UnOp::Neg(_), ..
            }) => {
                return Err(say::negative(&key, options::example(&key)).at(expr.span()));
            }
            expr => match literal(expr) {
                Some(Lit::Float(number)) => number.base10_parse().ok(),
                Some(Lit::Int(number)) => number.base10_parse().ok(),
                _ => None,
            },
        };
        let span = expr.span();
        match parsed {
            Some(value) => Ok(Self { value, span }),
            None => {
                let quoted = match literal(expr) {
                    Some(Lit::Str(text)) => text.value().trim().parse::<f64>().ok(),
                    _ => None,
                };
                let meant = match quoted {
                    Some(number) => format!("{key} = {number:?}"),
                    None => options::example(&key).to_owned(),
                };
                Err(say::takes_number(&key, &meant).at(span))
            }
        }
    }
}

fn integer(item: &Meta, most: u32) -> darling::Result<(u32, Span)> {
    let expr = value(item)?;
    let key = key(item);
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) if !number.suffix().is_empty() => {
            let digits = number.base10_digits();
            let meant = format!("{key} = {digits}");
            Err(say::takes_integer(&key, None, &meant).at(expr.span()))
        }
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => match number.base10_parse() {
            Ok(number) if number <= most => Ok((number, expr.span())),
            _ => Err(say::too_large(&key, most).at(expr.span())),
        },
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_), ..
        }) => Err(say::negative(&key, options::example(&key)).at(expr.span())),
        expr => {
            let quoted = match literal(expr) {
                Some(Lit::Str(text)) => Some(text.value()),
                _ => None,
            };
            let quoted = quoted.filter(|text| text.parse::<u32>().is_ok());
            Err(say::takes_integer(&key, quoted.as_deref(), options::example(&key)).at(expr.span()))
        }
    }
}
