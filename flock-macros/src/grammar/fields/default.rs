//! Defaults whose looks tell that they do not fit.

use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Lit, Type, UnOp};

use super::argument_of;

use crate::{
    diag::{Sentence, say},
    grammar::type_name::type_name,
};

/// Why `default` cannot be the default of `field`, where it is a literal and the type built in. The
/// rest is the compiler's to say.
pub(super) fn fault(field: &str, ty: &Type, default: &Expr) -> Option<Sentence> {
    if let Some(inner) = argument_of(ty, "Option") {
        return of_option(field, &type_name(inner), default);
    }
    let ty = type_name(ty);
    let kind = Kind::of(&ty)?;
    if let Some(said) = out_of_range(field, &ty, default) {
        return Some(said);
    }
    let differs = |found: &str, meant: &str| Some(say::default_differs(field, &ty, found, meant));
    match default {
        Expr::Path(path) if path.path.is_ident("None") => Some(say::default_none(field, &ty)),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_), ..
        }) if ty.starts_with('u') => differs("negative", "0"),
        Expr::Lit(ExprLit { lit, .. }) => {
            let found = match lit {
                Lit::Str(_) => Kind::Text,
                Lit::Bool(_) => Kind::Bool,
                Lit::Char(_) => Kind::Char,
                Lit::Int(_) => Kind::Integer,
                Lit::Float(_) => Kind::Number,
                _ => return None,
            };
            if found == kind {
                return None;
            }
            differs(found.said(), &kind.meant(lit))
        }
        _ => None,
    }
}

/// A literal in the place of an `Option`.
fn of_option(field: &str, inner: &str, default: &Expr) -> Option<Sentence> {
    let Expr::Lit(ExprLit { lit, .. }) = default else {
        return None;
    };
    let value = lit.to_token_stream().to_string();
    Some(say::default_of_option(field, inner, &value))
}

/// A whole number that the type does not hold, or one of another type.
fn out_of_range(field: &str, ty: &str, default: &Expr) -> Option<Sentence> {
    let (sign, lit) = match default {
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => ("-", &**expr),
        expr => ("", expr),
    };
    let Expr::Lit(ExprLit {
        lit: Lit::Int(number),
        ..
    }) = lit
    else {
        return None;
    };
    let (least, most) = range(ty)?;
    let value = format!("{sign}{}", number.base10_digits());
    if sign == "-" && least == 0 {
        return None;
    }
    // Digits that not even an `i128` holds are above all the rest.
    let fits = match value.parse::<i128>() {
        Ok(value) => least <= value && value <= most,
        Err(_) => matches!(ty, "u128"),
    };
    if !fits {
        return Some(say::default_out_of_range(field, ty, &value, least, most));
    }
    let suffix = number.suffix();
    (!suffix.is_empty() && suffix != ty)
        .then(|| say::default_differs(field, ty, &format!("an `{suffix}`"), &value))
}

fn range(ty: &str) -> Option<(i128, i128)> {
    Some(match ty {
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" | "usize" => (0, u64::MAX.into()),
        "u128" => (0, i128::MAX),
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" => (i64::MIN.into(), i64::MAX.into()),
        "i128" => (i128::MIN, i128::MAX),
        _ => return None,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Bool,
    Char,
    Integer,
    Number,
}

impl Kind {
    fn of(ty: &str) -> Option<Self> {
        Some(match ty {
            "String" => Self::Text,
            "bool" => Self::Bool,
            "char" => Self::Char,
            "f32" | "f64" => Self::Number,
            "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64"
            | "u128" | "usize" => Self::Integer,
            _ => return None,
        })
    }

    const fn said(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Bool => "`true` or `false`",
            Self::Char => "a character",
            Self::Integer => "an integer",
            Self::Number => "a number with a fraction",
        }
    }

    /// `lit` as a default of this kind, or an example.
    fn meant(self, lit: &Lit) -> String {
        let bare = match lit {
            Lit::Str(text) => text.value(),
            Lit::Char(text) => text.value().to_string(),
            Lit::Bool(on) => on.value.to_string(),
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Float(number) => number.base10_digits().to_owned(),
            _ => String::new(),
        };
        let fits_or = |fits: bool, example: &str| {
            if fits {
                bare.clone()
            } else {
                example.to_owned()
            }
        };
        match self {
            Self::Text => format!("{bare:?}"),
            Self::Bool => fits_or(bare.parse::<bool>().is_ok(), "true"),
            Self::Char => format!("{:?}", bare.chars().next().unwrap_or('x')),
            Self::Integer => fits_or(bare.parse::<u64>().is_ok(), "2"),
            Self::Number if bare.parse::<u64>().is_ok() => format!("{bare}.0"),
            Self::Number => fits_or(bare.parse::<f64>().is_ok(), "0.5"),
        }
    }
}
