//! What asking models has cost.

use std::{
    fmt,
    ops::{Add, AddAssign},
};

use serde::{Deserialize, Serialize};

use super::is_zero;
use crate::error::Error;

/// What asking models has cost, in tokens and money. In JSON what is 0 is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Usage {
    /// How often a model was asked.
    #[serde(skip_serializing_if = "is_zero")]
    pub requests: u64,
    /// Tokens that models were given.
    #[serde(skip_serializing_if = "is_zero")]
    pub input_tokens: u64,
    /// Tokens that models gave.
    #[serde(skip_serializing_if = "is_zero")]
    pub output_tokens: u64,
    /// Money, in millionths of a US dollar, by the list price at the time of each request.
    #[serde(skip_serializing_if = "is_zero")]
    pub micro_dollars: u64,
    /// How many of the requests were to models of which no price is known.
    #[serde(skip_serializing_if = "is_zero")]
    pub unpriced: u64,
}

impl Usage {
    /// One request, of so many tokens.
    pub const fn tokens(input: u64, output: u64) -> Self {
        Self {
            requests: 1,
            input_tokens: input,
            output_tokens: output,
            micro_dollars: 0,
            unpriced: 0,
        }
    }

    /// That cost so many millionths of a US dollar.
    #[must_use]
    pub const fn micro_dollars(mut self, micro_dollars: u64) -> Self {
        self.micro_dollars = micro_dollars;
        self
    }

    /// All tokens, given and taken.
    pub const fn all_tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }

    /// Whether no model was asked.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Where an error tells what was spent on the way to it.
const SPENT: &str = "spent";

impl Error {
    /// What asking models has cost before it failed.
    pub fn spent(&self) -> Usage {
        let spent = self.detail(SPENT).map(Usage::deserialize);
        spent.and_then(Result::ok).unwrap_or_default()
    }

    /// The same of a failed attempt, which counts those before it; one that could not say so, as it panicked
    /// or ran out of time, has added nothing to what was known `before`.
    pub(crate) fn spent_after(&self, before: Usage) -> Usage {
        let told = self.spent();
        if told.is_none() { before } else { told }
    }

    /// Notes what asking models has cost.
    #[must_use]
    pub(crate) fn with_spent(self, spent: Usage) -> Self {
        match serde_json::to_value(spent) {
            Ok(told) if !spent.is_none() => self.with_detail(SPENT, told),
            _ => self,
        }
    }
}

impl Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let sum = |one: u64, other: u64| one.saturating_add(other);
        Self {
            requests: sum(self.requests, other.requests),
            input_tokens: sum(self.input_tokens, other.input_tokens),
            output_tokens: sum(self.output_tokens, other.output_tokens),
            micro_dollars: sum(self.micro_dollars, other.micro_dollars),
            unpriced: sum(self.unpriced, other.unpriced),
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            requests,
            input_tokens,
            output_tokens,
            ..
        } = self;
        let plural = match requests {
            1 => "",
            _ => "s",
        };
        write!(
            f,
            "{requests} request{plural}, {input_tokens} + {output_tokens} tokens"
        )?;
        if self.unpriced < self.requests {
            let cents = self.micro_dollars.div_ceil(100);
            write!(f, ", ${}.{:04}", cents / 10_000, cents % 10_000)?;
        }
        if self.unpriced > 0 && self.requests > 0 {
            write!(f, " ({} without a known price)", self.unpriced)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_in_dollars_rounded_up() {
        let usage = Usage::tokens(1_200, 80).micro_dollars(1_234_501);
        assert_eq!(usage.to_string(), "1 request, 1200 + 80 tokens, $1.2346");
        let unknown = Usage {
            unpriced: 1,
            ..Usage::tokens(1, 2)
        };
        let told = "1 request, 1 + 2 tokens (1 without a known price)";
        assert_eq!(unknown.to_string(), told);
        assert_eq!(
            (usage + unknown).to_string(),
            "2 requests, 1201 + 82 tokens, $1.2346 (1 without a known price)"
        );
    }
}
