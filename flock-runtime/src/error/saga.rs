//! Sagas that failed.

use std::{error::Error as StdError, fmt};

use super::Error;

/// A saga that failed, and what became of its steps.
///
/// By `?` it becomes the error that it failed with, kind and type kept; what was undone and what could
/// not be stands among its causes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SagaFailed {
    /// What it failed with.
    pub error: Error,
    /// What was undone, in the order in which it was.
    pub undone: Vec<String>,
    /// What could not be undone, and why.
    pub not_undone: Vec<(String, Error)>,
}

impl SagaFailed {
    /// As the error of a flock.
    pub(crate) fn into_error(self) -> Error {
        let causes = causes(&self.undone, &self.not_undone);
        self.error.because(causes)
    }
}

impl fmt::Display for SagaFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.clone().into_error().fmt(f)
    }
}

impl StdError for SagaFailed {}

/// What became of a saga's steps, a line each.
pub(crate) fn causes(undone: &[String], not_undone: &[(String, Error)]) -> Vec<String> {
    let undone = (!undone.is_empty()).then(|| format!("undone: {}", undone.join(", ")));
    let not_undone = not_undone
        .iter()
        .map(|(name, error)| format!("NOT undone: {name}: {error}"));
    undone.into_iter().chain(not_undone).collect()
}
