//! Durations.

use darling::FromMeta;
use proc_macro2::Span;
use syn::{Lit, Meta, spanned::Spanned};

use super::{key, literal, value};
use crate::{diag::say, grammar::duration};

/// A duration above zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Millis {
    pub(crate) millis: u64,
    pub(crate) span: Span,
}

impl FromMeta for Millis {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let expr = value(item)?;
        let key = key(item);
        let Some(Lit::Str(text)) = literal(expr) else {
            let (digits, unit) = match literal(expr) {
                Some(Lit::Int(number)) => (number.base10_digits(), number.suffix()),
                Some(Lit::Float(number)) => (number.base10_digits(), number.suffix()),
                _ => ("", ""),
            };
            let meant = format!("{digits}{unit}");
            let sentence = match duration::parse(&meant) {
                Ok(_) => say::bare_duration(&key, &meant),
                Err(_) => say::takes_duration(&key, Some(digits).filter(|text| !text.is_empty())),
            };
            return Err(sentence.at(expr.span()));
        };
        let span = text.span();
        match duration::parse(&text.value()) {
            Ok(0) => Err(say::zero_duration(&key).at(span)),
            Ok(millis) => Ok(Self { millis, span }),
            Err(duration::Fault::NotOne(guess)) => {
                Err(say::bad_duration(&text.value(), guess.as_deref()).at(span))
            }
            Err(duration::Fault::TooLong) => Err(say::long_duration(&text.value()).at(span)),
        }
    }
}
