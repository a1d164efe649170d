//! Why a history could not be replayed.

use super::Mismatch;

/// Why a replay did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The code does something else than the history has.
    #[error(transparent)]
    Mismatch(Box<Mismatch>),
    /// The flock's code panicked, or waited for something that is not a flock's.
    #[error("flock `{flock}` fails where its history goes on: {message}")]
    Failed {
        /// The flock's name.
        flock: String,
        /// What it said.
        message: String,
    },
    /// The history is of a flock that is not linked into this program.
    #[error(
        "the history is of flock `{flock}`, which is not in this program; flocks: {}", known.join(", ")
    )]
    UnknownFlock {
        /// The flock's name.
        flock: String,
        /// The flocks of this program.
        known: Vec<&'static str>,
    },
    /// The replay itself did not work.
    #[error("the history cannot be replayed: {0}")]
    Engine(String),
}
