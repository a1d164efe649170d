//! A run's history, as the server keeps it. `event` reads the server's events, and nothing else does:
//! from what it gives come the steps of a run as they happen, how a run ended, and the lines of a whole
//! history (`lines`), each with what happened ([`action`]) and how it ended (`step`). `file` keeps one
//! in Temporal's JSON form.

mod action;
pub(super) mod event;
mod file;
mod lines;
mod step;

pub use action::Action;
pub use file::{History, HistoryError};
pub use step::{HistoryStep, StepOutcome};
