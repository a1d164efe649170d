//! `retry(…)`.

use super::{Decimal, Millis, Texts};
use crate::{
    diag::Errors,
    grammar::options::{Entry, Row, Table, Value, nested, options},
};

options! {
    /// The rest of a retry policy.
    pub(crate) struct Policy {
        initial: Millis = "initial = \"1s\"" => Options,
        max: Millis = "max = \"100s\"" => Options,
        backoff: Decimal = "backoff = 2.0" => Options,
        non_retryable: Texts = "non_retryable = [\"ValidationError\"]" => Options,
    }
}

impl Value for Policy {
    const WITHIN: &'static [Row] = Self::ROWS;

    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        nested(entry, errors)
    }
}
