//! The values of options that several attributes take. Darling reads those in a form of Rust's own; the
//! others have a grammar.

mod budget;
mod limit;
mod models;
mod number;
mod path;
mod retry;
mod schedule;
mod search;
mod text;
mod word;

use darling::FromMeta;
use syn::Expr;

use super::options::{Constant, Derived, Entry, Form, ToConstant};
use crate::diag::{Sentence, say};

pub(crate) use budget::Budget;
pub(crate) use limit::Millis;
pub(crate) use models::Models;
pub(crate) use number::{Attempts, Count, Decimal, LostWorkers, Number, Priority, Retries};
pub(crate) use path::{Item, Library, items};
pub(crate) use retry::Policy;
pub(crate) use schedule::{Schedule, TimeZone};
pub(crate) use search::SearchAttributes;
pub(crate) use text::{Prose, Text, Texts};
pub(crate) use word::{Effect, IdReuse, Loop, OnExceeded, Overlap, Pool, Reasoning, Versioning};

/// `local`, `local = true` or `local = false`.
#[derive(Debug, Clone, Copy, FromMeta)]
pub(crate) struct Switch(pub(crate) bool);

impl Derived for Switch {
    const FORM: Form = Form::Switch;

    fn refused(entry: &Entry, _value: &Expr) -> Sentence {
        say::takes_switch(entry.key())
    }
}

impl ToConstant for Switch {
    fn constant(&self) -> Constant {
        Constant::Switch(self.0)
    }
}
