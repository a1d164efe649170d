//! What asking models may cost, of one call of an agent or one run of a flock.

use std::fmt;

use super::settings::settings;
use crate::{
    error::Error,
    text::{dollars, words::words},
    value::usage::Usage,
};

words! {
    /// What becomes of what has used up its budget.
    pub enum OnExceeded {
        /// It fails, with what was done so far in the error's details.
        Fail = "fail",
        /// It waits until a person gives it more.
        Park = "park",
    }
}

settings! {
    /// What asking models may cost. It is looked at before each question, so the last one may go beyond.
    BudgetOptions {
        /// Most tokens, given and taken together.
        tokens: u32,
        /// Most money by list price, in millionths of a US dollar.
        cost: u64,
        /// How often models may be asked.
        turns: u32,
        /// What becomes of it then. `Fail` when not set.
        on_exceeded: OnExceeded,
    }
}

impl BudgetOptions {
    /// Whether it limits nothing.
    pub(crate) const fn is_none(&self) -> bool {
        self.tokens.is_none() && self.cost.is_none() && self.turns.is_none()
    }

    /// Whether it waits for a person.
    pub(crate) const fn parks(&self) -> bool {
        matches!(self.on_exceeded, Some(OnExceeded::Park))
    }

    /// What is used up, if anything is, after what was `spent` and where a person has given `more`.
    pub(crate) fn crossed(&self, spent: &Usage, more: &Usage) -> Option<Limit> {
        if let Some(cost) = self.cost {
            if spent.unpriced > 0 {
                return Some(Limit::Unpriced);
            }
            let cost = cost.saturating_add(more.micro_dollars);
            if spent.micro_dollars >= cost {
                return Some(Limit::Cost(cost));
            }
        }
        if let Some(tokens) = self.tokens {
            let tokens = u64::from(tokens).saturating_add(more.input_tokens);
            if spent.all_tokens() >= tokens {
                return Some(Limit::Tokens(tokens));
            }
        }
        let turns = u64::from(self.turns?).saturating_add(more.requests);
        (spent.requests >= turns).then_some(Limit::Turns(turns))
    }
}

impl fmt::Display for BudgetOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limits = [
            self.tokens.map(|tokens| format!("{tokens} tokens")),
            self.cost.map(|cost| format!("${}", dollars::display(cost))),
            self.turns.map(|turns| format!("{turns} turns")),
        ];
        let limits: Vec<_> = limits.into_iter().flatten().collect();
        f.write_str(&limits.join(", "))?;
        match self.parks() {
            true => f.write_str(", then it waits for more"),
            false => Ok(()),
        }
    }
}

/// What of a budget is used up.
pub(crate) enum Limit {
    Tokens(u64),
    /// In millionths of a dollar.
    Cost(u64),
    Turns(u64),
    /// Nobody knows: a model was asked of which no price is known.
    Unpriced,
}

impl Limit {
    /// The error that tells of it; what does not wait for a person is told that it could.
    pub(crate) fn error(&self, spent: &Usage, parks: bool) -> Error {
        let used_up = |what: String| {
            let mut message = format!("its budget of {what} is used up: {spent}");
            if !parks {
                message += "; raise it, or let it wait for more by `on_exceeded = \"park\"`";
            }
            Error::permanent(message).with_type("BudgetExceeded")
        };
        let error = match self {
            Self::Tokens(tokens) => used_up(format!("{tokens} tokens")),
            Self::Cost(cost) => used_up(format!("${}", dollars::display(*cost))),
            Self::Turns(1) => used_up("1 turn".to_owned()),
            Self::Turns(turns) => used_up(format!("{turns} turns")),
            Self::Unpriced => Error::permanent(format!(
                "its budget limits the cost, and it asks a model of which no price is known ({spent}): limit `tokens` or `turns` instead"
            ))
            .with_type("UnknownPrice"),
        };
        error.with_spent(*spent)
    }
}
