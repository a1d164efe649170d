//! What decides whether another attempt is made.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// The nature of a failure, which decides whether another attempt is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// A provider asked for patience. Retried after `retry_after` when it named one, else by the
    /// agent's retry policy.
    RateLimited {
        /// How long the provider asked to wait.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<Duration>,
    },
    /// May well succeed next time: retried by the agent's retry policy. The kind of every ordinary
    /// error that reaches an agent's result through `?`.
    Transient,
    /// The input is at fault. Never retried.
    Invalid,
    /// The credentials are missing or do not suffice. Never retried.
    Denied,
    /// What was asked for does not exist. Never retried.
    NotFound,
    /// Another attempt would fail the same way. Never retried.
    Permanent,
    /// A time limit ran out. An attempt's own limit is retried by the agent's retry policy.
    Timeout,
    /// The run was cancelled. Never retried.
    Cancelled,
}

impl ErrorKind {
    /// Whether the retry policy may make another attempt.
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. } | Self::Transient | Self::Timeout
        )
    }

    /// The kind's name, also the failure type of an error that was given no other.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "RateLimited",
            Self::Transient => "Transient",
            Self::Invalid => "Invalid",
            Self::Denied => "Denied",
            Self::NotFound => "NotFound",
            Self::Permanent => "Permanent",
            Self::Timeout => "Timeout",
            Self::Cancelled => "Cancelled",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
