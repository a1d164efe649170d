//! Options within an option.

use darling::FromMeta;
use syn::{Meta, spanned::Spanned};

use super::{Decimal, Millis, Texts, key};
use crate::{
    diag::{Errors, say},
    grammar::options,
};

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
