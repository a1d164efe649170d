//! The values of options, as darling `FromMeta` types.

use darling::FromMeta;
use proc_macro2::Span;
use syn::{Expr, ExprArray, ExprLit, ExprPath, ExprUnary, Lit, LitStr, Meta, Path, UnOp, spanned::Spanned};

use super::{duration, options};
use crate::diag::{Errors, say};

/// The most that Temporal can be told; the SDK takes larger numbers down to it without a word.
const MOST: u32 = i32::MAX as u32;

/// An option as darling hands it over: absent, understood or at fault.
pub(crate) type Given<T> = Option<darling::Result<T>>;

/// The option's key.
pub(crate) fn key(item: &Meta) -> String {
    item.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
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
            Err(say::no_list(&key, options::example(&key)).at(list.path.span()))
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

fn string(item: &Meta) -> darling::Result<&LitStr> {
    let expr = value(item)?;
    match literal(expr) {
        Some(Lit::Str(text)) => Ok(text),
        _ => Err(say::takes_text(&key(item), options::example(&key(item))).at(expr.span())),
    }
}

fn integer(item: &Meta, most: u32) -> darling::Result<(u32, Span)> {
    let expr = value(item)?;
    let key = key(item);
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => match number.base10_parse() {
            Ok(number) if number <= most => Ok((number, expr.span())),
            _ => Err(say::too_large(&key, most).at(expr.span())),
        },
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => {
            Err(say::negative(&key).at(expr.span()))
        }
        expr => {
            let quoted = matches!(literal(expr), Some(Lit::Str(text)) if text.value().parse::<i64>().is_ok());
            Err(say::takes_integer(&key, quoted, options::example(&key)).at(expr.span()))
        }
    }
}

/// A text that is not empty.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) span: Span,
}

impl FromMeta for Text {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let text = string(item)?;
        if text.value().trim().is_empty() {
            return Err(say::empty(&key(item)).at(text.span()));
        }
        Ok(Self {
            value: text.value(),
            span: text.span(),
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
        let fault = |span| say::takes_texts(&key(item), options::example(&key(item))).at(span);
        let Expr::Array(ExprArray { elems, .. }) = expr else {
            return Err(fault(expr.span()));
        };
        let texts = elems.iter().map(|elem| match literal(elem) {
            Some(Lit::Str(text)) if text.value().trim().is_empty() => {
                Err(say::empty(&key(item)).at(text.span()))
            }
            Some(Lit::Str(text)) => Ok(text.clone()),
            _ => Err(fault(elem.span())),
        });
        texts.collect::<darling::Result<_>>().map(Self)
    }
}

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
            let number = match literal(expr) {
                Some(Lit::Int(number)) => Some(number.base10_digits().to_owned()),
                Some(Lit::Float(number)) => Some(number.base10_digits().to_owned()),
                _ => None,
            };
            return Err(say::takes_duration(&key, number.as_deref()).at(expr.span()));
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

/// Retries after the first failure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retries(pub(crate) u32);

impl FromMeta for Retries {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        integer(item, MOST - 1).map(|(retries, _)| Self(retries))
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
            (0, span) => Err(say::zero(&key(item)).at(span)),
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
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => {
                return Err(say::negative(&key).at(expr.span()));
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
            None => Err(say::takes_number(&key, options::example(&key)).at(span)),
        }
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

/// A path to an item.
#[derive(Debug, Clone)]
pub(crate) struct Item(pub(crate) Path);

impl FromMeta for Item {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let expr = value(item)?;
        path(expr).map(Self).ok_or_else(|| {
            let key = key(item);
            let quoted = matches!(literal(expr), Some(Lit::Str(_)));
            say::takes_path(&key, quoted, options::example(&key)).at(expr.span())
        })
    }
}

/// `[A, B]`.
#[derive(Debug, Clone)]
pub(crate) struct Items {
    pub(crate) paths: Vec<Path>,
    pub(crate) span: Span,
}

impl FromMeta for Items {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let expr = value(item)?;
        let fault = |span| say::takes_paths(&key(item), options::example(&key(item))).at(span);
        let Expr::Array(array) = expr else {
            return Err(fault(expr.span()));
        };
        let span = array.bracket_token.span.open();
        let paths = array.elems.iter().map(|elem| path(elem).ok_or_else(|| fault(elem.span())));
        let paths = paths.collect::<darling::Result<_>>()?;
        Ok(Self { paths, span })
    }
}

/// The path that an expression is.
pub(crate) fn path(expr: &Expr) -> Option<Path> {
    match ungrouped(expr) {
        Expr::Path(ExprPath { qself: None, path, attrs }) if attrs.is_empty() => Some(path.clone()),
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
        found.map(Self).ok_or_else(|| say::bad_crate().at(expr.span()))
    }
}

/// The rest of a retry policy.
#[derive(Debug, Clone, Default, FromMeta)]
pub(crate) struct Policy {
    #[darling(default)]
    pub(crate) initial: Option<Millis>,
    #[darling(default)]
    pub(crate) max: Option<Millis>,
    #[darling(default)]
    pub(crate) backoff: Option<Decimal>,
    #[darling(default)]
    pub(crate) non_retryable: Option<Texts>,
}

/// `retry(…)`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Retry(pub(crate) Policy);

impl FromMeta for Retry {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        nested(item, &["initial", "max", "backoff", "non_retryable"]).map(Self)
    }
}

/// The options between an option's parentheses.
pub(crate) fn nested<T: FromMeta>(item: &Meta, keys: &[&'static str]) -> darling::Result<T> {
    let key = key(item);
    let Meta::List(list) = item else {
        return Err(say::takes_list(&key, options::example(&key)).at(item.path().span()));
    };
    let mut errors = Errors::default();
    let options = options::read(list.tokens.clone(), keys, &mut errors);
    errors.finish()?;
    options.ok_or_else(|| say::takes_list(&key, options::example(&key)).at(list.path.span()))
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
