//! Why a history could not be read, or not be replayed.

use std::{io, path::PathBuf};

use super::Mismatch;

/// Why a history could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no history, or not a whole one.
    #[error("{origin} is no history that can be replayed: {message}; save it again with `record`")]
    Damaged {
        /// The file, or where it came from.
        origin: String,
        /// What is wrong with it.
        message: String,
    },
}

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
