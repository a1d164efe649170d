//! A failure as plain data.

use std::{error::Error as StdError, fmt};

use serde::{Deserialize, Serialize};

use super::{Details, ErrorKind, text::cut};

/// A failure as it is kept in history and shown to people: plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// What decides about another attempt.
    pub kind: ErrorKind,
    /// The Rust error type's name without its path (`ParseIntError`), or the kind's name. It is
    /// what `non_retryable = ["…"]` matches, and the failure type shown by Temporal.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What happened.
    pub message: String,
    /// The agent or tool that failed, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Box<str>>,
    /// Whether that is a tool.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tool: bool,
    /// The errors beneath, outermost first.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub causes: Box<[String]>,
    /// What else there is to know, for programs: see [`Error::with_detail`](crate::Error::with_detail).
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
}

/// As much of a message travels, and as much of all causes together: a server refuses a failure of more
/// than 2 MiB, and its kind with it.
const LONGEST: usize = 16 * 1024;

impl Failure {
    /// Itself, short enough to travel. What decides about another attempt stays as it is.
    pub(crate) fn bounded(mut self) -> Self {
        cut(&mut self.message, LONGEST);
        // Names, which nobody makes longer on purpose.
        cut(&mut self.type_name, 1024);
        let mut left = LONGEST;
        let all = self.causes.len();
        let mut causes = self.causes.into_vec();
        causes.retain_mut(|cause| {
            let room = left > 0;
            cut(cause, left);
            left = left.saturating_sub(cause.len().max(1));
            room
        });
        if causes.len() < all {
            let more = all - causes.len();
            causes.push(format!("and {more} causes more"));
        }
        self.causes = causes.into();
        self.details.keep_within(LONGEST);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(agent) = &self.agent {
            let noun = if self.tool { "tool" } else { "agent" };
            write!(f, "{noun} `{agent}` failed: ")?;
        }
        f.write_str(&self.message)?;
        for cause in &self.causes {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl StdError for Failure {}
