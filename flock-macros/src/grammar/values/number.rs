//! Numbers.

use std::num::NonZeroU32;

use darling::{FromMeta, util::SpannedValue};
use proc_macro2::Span;
use syn::{Expr, Lit, spanned::Spanned};

use crate::{
    diag::{Errors, Sentence, say},
    grammar::{
        options::{Constant, Derived, Entry, Form, ToConstant, Value},
        own::{is_negative, literal},
    },
};

/// The most that Temporal can be told; the SDK takes larger numbers down to it without a word.
const MOST: u32 = i32::MAX as u32;

/// What is wrong with a number above `most`.
fn above(number: u32, most: u32, entry: &Entry) -> Option<Sentence> {
    (number > most).then(|| say::too_large(entry.key(), most))
}

/// Retries after the first failure.
#[derive(Debug, Clone, Copy, FromMeta)]
pub(crate) struct Retries(u32);

impl Derived for Retries {
    const FORM: Form = Form::Integer;

    fn refused(entry: &Entry, _value: &Expr) -> Sentence {
        say::too_large(entry.key(), MOST - 1)
    }

    fn fault(&self, entry: &Entry) -> Option<Sentence> {
        above(self.0, MOST - 1, entry)
    }
}

impl ToConstant for Retries {
    /// As attempts.
    fn constant(&self) -> Constant {
        Constant::Integer(self.0 + 1)
    }
}

/// A whole number, zero included.
#[derive(Debug, Clone, Copy, FromMeta)]
pub(crate) struct Number(u32);

impl Derived for Number {
    const FORM: Form = Form::Integer;

    fn refused(entry: &Entry, _value: &Expr) -> Sentence {
        say::too_large(entry.key(), u32::MAX)
    }
}

impl ToConstant for Number {
    fn constant(&self) -> Constant {
        Constant::Integer(self.0)
    }
}

/// Workers that may die under one call.
#[derive(Debug, Clone, Copy, FromMeta)]
pub(crate) struct LostWorkers(SpannedValue<u32>);

impl LostWorkers {
    /// Where the number is.
    pub(crate) fn span(&self) -> Span {
        self.0.span()
    }
}

impl Derived for LostWorkers {
    const FORM: Form = Form::Integer;

    fn refused(entry: &Entry, _value: &Expr) -> Sentence {
        say::too_large(entry.key(), MOST)
    }

    fn fault(&self, entry: &Entry) -> Option<Sentence> {
        above(*self.0, MOST, entry)
    }
}

impl ToConstant for LostWorkers {
    fn constant(&self) -> Constant {
        Constant::Integer(*self.0)
    }
}

/// A whole number above zero.
#[derive(Debug, Clone, Copy, FromMeta)]
pub(crate) struct Count(NonZeroU32);

impl Count {
    pub(crate) fn get(self) -> u32 {
        self.0.get()
    }
}

impl Derived for Count {
    const FORM: Form = Form::Integer;

    fn refused(entry: &Entry, value: &Expr) -> Sentence {
        match is_zero(value) {
            true => say::zero(entry.key(), entry.example()),
            false => say::too_large(entry.key(), MOST),
        }
    }

    fn fault(&self, entry: &Entry) -> Option<Sentence> {
        above(self.get(), MOST, entry)
    }
}

impl ToConstant for Count {
    fn constant(&self) -> Constant {
        Constant::Integer(self.get())
    }
}

fn is_zero(value: &Expr) -> bool {
    matches!(literal(value), Some(Lit::Int(number)) if number.base10_digits() == "0")
}

/// 1 to 5.
#[derive(Debug, Clone, Copy, FromMeta)]
pub(crate) struct Priority(u32);

impl Derived for Priority {
    const FORM: Form = Form::Integer;

    fn refused(entry: &Entry, _value: &Expr) -> Sentence {
        say::too_large(entry.key(), u32::MAX)
    }

    fn fault(&self, _entry: &Entry) -> Option<Sentence> {
        (!(1..=5).contains(&self.0)).then(|| say::bad_priority(self.0))
    }
}

impl ToConstant for Priority {
    fn constant(&self) -> Constant {
        Constant::Small(u8::try_from(self.0).unwrap_or(u8::MAX))
    }
}

/// Attempts in all: a number, or `unlimited`, which is 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempts(u32);

impl Value for Attempts {
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        match entry.value() {
            Ok(Expr::Path(path)) if path.path.is_ident("unlimited") => return Some(Self(0)),
            Ok(value) if is_zero(value) => {
                errors.at(value.span(), say::zero_attempts());
                return None;
            }
            _ => {}
        }
        Count::read(entry, errors).map(|count| Self(count.get()))
    }
}

impl ToConstant for Attempts {
    fn constant(&self) -> Constant {
        Constant::Integer(self.0)
    }
}

/// A number that may have a fraction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal {
    pub(crate) value: f64,
    pub(crate) span: Span,
}

impl Value for Decimal {
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        errors.take(decimal(entry))
    }
}

fn decimal(entry: &Entry) -> syn::Result<Decimal> {
    let (expr, key) = (entry.value()?, entry.key());
    let span = expr.span();
    if is_negative(expr) {
        return Err(say::negative(key, entry.example()).at(span));
    }
    let (value, quoted) = match literal(expr) {
        Some(Lit::Float(number)) => (number.base10_parse().ok(), None),
        Some(Lit::Int(number)) => (number.base10_parse().ok(), None),
        Some(Lit::Str(text)) => (None, text.value().trim().parse::<f64>().ok()),
        _ => (None, None),
    };
    value.map(|value| Decimal { value, span }).ok_or_else(|| {
        let meant = match quoted {
            Some(number) => format!("{key} = {number:?}"),
            None => entry.example().to_owned(),
        };
        say::takes_number(key, &meant).at(span)
    })
}

impl ToConstant for Decimal {
    fn constant(&self) -> Constant {
        Constant::Decimal(self.value)
    }
}
