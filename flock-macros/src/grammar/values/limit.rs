//! Durations.

use proc_macro2::Span;
use syn::{Lit, spanned::Spanned};

use crate::{
    diag::{Errors, say},
    grammar::{
        duration,
        options::{Constant, Entry, ToConstant, Value},
        own::literal,
    },
};

/// A duration above zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Millis {
    pub(crate) millis: u64,
    pub(crate) span: Span,
}

impl Value for Millis {
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        errors.take(millis(entry))
    }
}

fn millis(entry: &Entry) -> syn::Result<Millis> {
    let (expr, key) = (entry.value()?, entry.key());
    let Some(Lit::Str(text)) = literal(expr) else {
        let (digits, unit) = match literal(expr) {
            Some(Lit::Int(number)) => (number.base10_digits(), number.suffix()),
            Some(Lit::Float(number)) => (number.base10_digits(), number.suffix()),
            _ => ("", ""),
        };
        let meant = format!("{digits}{unit}");
        let sentence = match duration::parse(&meant) {
            Ok(_) => say::bare_duration(key, &meant),
            Err(_) => say::takes_duration(key, Some(digits).filter(|text| !text.is_empty())),
        };
        return Err(sentence.at(expr.span()));
    };
    let span = text.span();
    match duration::parse(&text.value()) {
        Ok(0) => Err(say::zero_duration(key).at(span)),
        Ok(millis) => Ok(Millis { millis, span }),
        Err(duration::Fault::NotOne(guess)) => {
            Err(say::bad_duration(&text.value(), guess.as_deref()).at(span))
        }
        Err(duration::Fault::TooLong) => Err(say::long_duration(&text.value()).at(span)),
    }
}

impl ToConstant for Millis {
    fn constant(&self) -> Constant {
        Constant::Duration(self.millis)
    }
}
