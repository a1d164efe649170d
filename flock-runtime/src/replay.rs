//! Whether a flock's code still repeats what its runs did: for changes under flocks that run.

mod action;
mod error;
mod golden;
mod mismatch;
mod step;

pub use action::Action;
pub use error::{HistoryError, ReplayError};
#[cfg(feature = "cli")]
pub(crate) use golden::files;
pub use golden::golden;
pub(crate) use mismatch::Found;
pub use mismatch::Mismatch;
pub use step::{HistoryStep, StepOutcome};

pub use crate::engine::temporal::{History, Replayer};
