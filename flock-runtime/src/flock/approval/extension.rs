//! By how much a person extends a budget.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    text::dollars,
    value::{
        flock_type::{FlockType, Shape},
        is_zero,
        usage::Usage,
    },
};

/// What requests for one are called, before the name of the agent or flock.
pub(crate) const EXTEND: &str = "extend-";

/// By how much a budget is extended that a run has used up: the answer to a run that parked with
/// `budget(…, on_exceeded = "park")`. One of nothing ends it instead, with the error it would have failed with.
///
/// On the command line `extend` sends it, in a program [`Answer::extend`](crate::Answer::extend).
///
/// ```
/// use flock::{Answer, Extension};
///
/// let more = Extension::none().tokens(50_000).cost("1.50")?;
/// let answer = Answer::extend(more).by("ann");
/// # Ok::<(), flock::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Extension {
    /// Tokens more.
    #[serde(skip_serializing_if = "is_zero")]
    pub tokens: u64,
    /// Millionths of a US dollar more; in JSON dollars, as in "2.50".
    #[serde(with = "dollars", skip_serializing_if = "is_zero")]
    #[schemars(with = "String")]
    pub cost: u64,
    /// Questions to models more.
    #[serde(skip_serializing_if = "is_zero")]
    pub turns: u64,
}

impl Extension {
    /// One of nothing: the work ends.
    pub const fn none() -> Self {
        Self {
            tokens: 0,
            cost: 0,
            turns: 0,
        }
    }

    /// So many tokens more, given and taken together.
    #[must_use]
    pub const fn tokens(mut self, tokens: u64) -> Self {
        self.tokens = tokens;
        self
    }

    /// So much money more, in US dollars: `"1.50"`.
    ///
    /// # Errors
    /// `Invalid` when the text is no amount.
    pub fn cost(mut self, dollars: &str) -> Result<Self> {
        self.cost = dollars::parse(dollars).ok_or_else(|| {
            Error::invalid(format!(
                "`{dollars}` is no amount of dollars, such as \"2.50\""
            ))
        })?;
        Ok(self)
    }

    /// So many questions to models more.
    #[must_use]
    pub const fn turns(mut self, turns: u64) -> Self {
        self.turns = turns;
        self
    }

    /// As what may be spent.
    pub(in crate::flock) const fn usage(self) -> Usage {
        let mut usage = Usage::tokens(self.tokens, 0).micro_dollars(self.cost);
        usage.requests = self.turns;
        usage
    }
}

impl FlockType for Extension {
    const SHAPE: Shape = Shape::Value;
}
