//! `budget(…)`.

use darling::FromMeta;
use syn::Expr;

use super::{Count, OnExceeded};
use crate::{
    agreed::micro_dollars,
    diag::{Errors, Sentence, say},
    grammar::options::{
        Constant, Derived, Entry, Form, Group, Row, Settings, Table, ToConstant, Value, nested,
        options,
    },
};

options! {
    /// What asking models may cost.
    pub(crate) struct Limits {
        tokens: Count = "tokens = 100_000" => Budget,
        cost: Dollars = "cost = \"2.00\"" => Budget,
        turns: Count = "turns = 20" => Budget,
        on_exceeded: OnExceeded = "on_exceeded = \"park\"" => Budget,
    }
}

/// What of it is set.
#[derive(Debug, Clone)]
pub(crate) struct Budget(Settings);

impl Value for Budget {
    const WITHIN: &'static [Row] = Limits::ROWS;

    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        let limits: Limits = nested(entry, errors)?;
        let is_limited =
            limits.tokens.is_named() || limits.cost.is_named() || limits.turns.is_named();
        if !is_limited && errors.is_sound() {
            errors.at(entry.place(), say::no_limit(entry.example()));
            return None;
        }
        Some(Self(limits.settings(Group::Budget)))
    }
}

impl ToConstant for Budget {
    fn constant(&self) -> Constant {
        Constant::Options("BudgetOptions", self.0.clone())
    }
}

/// An amount of US dollars in quotes: no binary fraction is exact.
#[derive(Debug, Clone)]
pub(crate) struct Dollars(String);

impl FromMeta for Dollars {
    fn from_string(value: &str) -> darling::Result<Self> {
        match micro_dollars(value) {
            Some(amount) if amount > 0 => Ok(Self(value.to_owned())),
            _ => Err(darling::Error::unknown_value(value)),
        }
    }
}

impl Derived for Dollars {
    const FORM: Form = Form::Text;

    fn refused(entry: &Entry, _value: &Expr) -> Sentence {
        say::no_dollars(entry.key(), entry.example())
    }
}

impl ToConstant for Dollars {
    fn constant(&self) -> Constant {
        Constant::Large(micro_dollars(&self.0).unwrap_or_default())
    }
}
