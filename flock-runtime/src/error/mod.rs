//! What can go wrong in an agent or a flock, and how it travels; and around runs: why one could not be
//! started or reached (`run`), what waits for a worker that does not come (`unserved`), what a saga that
//! failed could not undo (`saga`).
//!
//! Names only how things are said, [`text`](crate::text). Everything may name this.

mod details;
mod failure;
mod kind;
mod ordinary;
mod run;
mod saga;
mod text;
mod unserved;

use std::{any::Any, error::Error as StdError, fmt, time::Duration};

use serde_json::Value;

pub use details::Details;
pub use failure::Failure;
pub use kind::ErrorKind;
pub use ordinary::{Classify, MadeFrom};
pub use run::{RunError, StartError};
pub use saga::SagaFailed;
pub(crate) use saga::causes as saga_causes;
pub(crate) use text::without_secrets;
#[cfg(feature = "cli")]
pub(crate) use unserved::word;
pub use unserved::{Unserved, UnservedReason};

/// What agents and flocks return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of agents and flocks.
///
/// Any ordinary error converts into it with `?` and is then [`ErrorKind::Transient`], its type's
/// name kept. Like `anyhow::Error`, it is therefore not itself a [`std::error::Error`]; it converts
/// into `Box<dyn std::error::Error>` and into [`Failure`], which is one.
///
/// What `?` copies of an ordinary error is its `Display` and that of every
/// [`source`](std::error::Error::source) beneath it. They stand in the run's history, in logs and on
/// the terminal, for as long as those are kept: an error that shows a secret gives it away. Of URLs
/// (`reqwest` shows them whole) user, password and query are left out of every error's message; where more must be, say what
/// happened in words of your own: `.map_err(|_| Error::denied("the mail server refused the key"))`.
///
/// A message, and all causes together, travel up to 16 KiB each; what is beyond is cut, on both
/// engines. Kind, type and agent always arrive.
///
/// ```
/// use flock::{Error, ErrorKind, Result};
///
/// fn parse(text: &str) -> Result<u8> {
///     if text.is_empty() {
///         return Err(Error::invalid("the text is empty"));
///     }
///     Ok(text.parse()?)
/// }
///
/// assert_eq!(parse("").unwrap_err().kind(), &ErrorKind::Invalid);
/// assert_eq!(parse("x").unwrap_err().type_name(), "ParseIntError");
/// ```
#[derive(Clone)]
pub struct Error(Box<Failure>);

/// The failure type of what no worker took up in time.
const NOT_TAKEN_UP: &str = "ScheduleToStart";

/// The type of an error at a value that cannot be read here.
const UNDECODABLE: &str = "Undecodable";

impl Error {
    /// An error of `kind`.
    pub fn new(kind: ErrorKind, message: impl fmt::Display) -> Self {
        Self(Box::new(Failure {
            type_name: kind.as_str().to_owned(),
            kind,
            message: without_secrets(message.to_string()),
            agent: None,
            tool: false,
            causes: Box::default(),
            details: Details::default(),
        }))
    }

    /// A provider asked for patience: retried after `retry_after`.
    pub fn rate_limited(message: impl fmt::Display, retry_after: Option<Duration>) -> Self {
        Self::new(ErrorKind::RateLimited { retry_after }, message)
    }

    /// May succeed next time: retried by the agent's retry policy.
    pub fn transient(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Transient, message)
    }

    /// The input is at fault: never retried.
    pub fn invalid(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// Credentials are missing or do not suffice: never retried.
    pub fn denied(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Denied, message)
    }

    /// What was asked for does not exist: never retried.
    pub fn not_found(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::NotFound, message)
    }

    /// Another attempt would fail the same way: never retried.
    pub fn permanent(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Permanent, message)
    }

    /// A time limit ran out.
    pub fn timeout(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Timeout, message)
    }

    /// An attempt took longer than the agent's `timeout`.
    pub(crate) fn attempt_timeout() -> Self {
        Self::timeout("an attempt took longer than its `timeout`")
    }

    /// More workers died under an agent than its `lost_workers` allow.
    #[cfg(feature = "temporal")]
    pub(crate) fn lost_workers(lost: u32, allowed: u32) -> Self {
        let times = match lost {
            1 => "its worker died".to_owned(),
            lost => format!("{lost} workers died"),
        };
        Self::permanent(format!(
            "{times} under this call, and its `lost_workers` is {allowed}: see whether the agent itself kills them (memory, an abort), or give it more"
        ))
        .with_type("LostWorker")
    }

    /// The attempts together took longer than the agent's `schedule_to_close`.
    pub(crate) fn deadline() -> Self {
        Self::timeout("all its attempts took longer than its `schedule_to_close`")
    }

    /// Whether what failed was begun and never ended, so that nobody knows how far it came: it took too long,
    /// its worker died, or it panicked.
    pub(crate) fn leaves_open(&self) -> bool {
        match self.kind() {
            ErrorKind::Timeout => self.type_name() != NOT_TAKEN_UP,
            _ => ["LostWorker", "Panic"].contains(&self.type_name()),
        }
    }

    /// A value is there, and this program cannot read it, which another may.
    #[cfg(feature = "temporal")]
    pub(crate) fn undecodable(key: Option<String>, message: impl fmt::Display) -> Self {
        let error = Self::transient(message).with_type(UNDECODABLE);
        match key {
            Some(key) => error.with_detail(Self::KEY, key),
            None => error,
        }
    }

    /// Whether that is what is wrong.
    pub(crate) fn is_undecodable(&self) -> bool {
        self.type_name() == UNDECODABLE
    }

    /// The detail that names the key which a value takes.
    pub(crate) const KEY: &str = "encryption_key_id";

    /// No worker took it up in time.
    #[cfg(feature = "temporal")]
    pub(crate) fn not_taken_up() -> Self {
        Self::timeout("no worker took it up within its `schedule_to_start`").with_type(NOT_TAKEN_UP)
    }

    /// An agent panicked: a failure of that attempt.
    pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Self {
        Self::transient(format!("it panicked: {}", panic_message(panic))).with_type("Panic")
    }

    /// The run was cancelled.
    pub fn cancelled(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Cancelled, message)
    }

    /// Sets the failure type that `non_retryable = ["…"]` matches and Temporal shows.
    #[must_use]
    pub fn with_type(mut self, type_name: impl Into<String>) -> Self {
        self.0.type_name = type_name.into();
        self
    }

    /// Says which agent failed, unless that is known already.
    #[must_use]
    pub fn in_agent(mut self, agent: &str) -> Self {
        self.0.agent.get_or_insert_with(|| agent.into());
        self
    }

    /// The same of a tool.
    #[must_use]
    pub(crate) fn in_tool(self, tool: &str) -> Self {
        let mut error = self.in_agent(tool);
        error.0.tool |= error.agent() == Some(tool);
        error
    }

    /// Puts what was being done before the message.
    #[must_use]
    pub fn context(mut self, doing: impl fmt::Display) -> Self {
        let doing = without_secrets(doing.to_string());
        self.0.message = format!("{doing}: {}", self.0.message);
        self
    }

    /// Changes the kind, keeping message and failure type.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// What decides about another attempt.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The failure type: the Rust error type's name, or the kind's.
    pub fn type_name(&self) -> &str {
        &self.0.type_name
    }

    /// Adds what programs may want to know beside the message: it arrives where the error does, in a flock, in
    /// its parent and in whoever waits for its result. All details together travel up to 16 KiB; beyond, the
    /// largest are left out.
    ///
    /// ```
    /// use flock::Error;
    ///
    /// let error = Error::invalid("no such city").with_detail("asked", "Atlantis");
    /// assert_eq!(error.detail("asked").unwrap(), "Atlantis");
    /// ```
    #[must_use]
    pub fn with_detail(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.details.insert(key.into(), value.into());
        self
    }

    /// What was said of it by [`with_detail`](Self::with_detail).
    pub fn detail(&self, key: &str) -> Option<&Value> {
        self.0.details.get(key)
    }

    /// Adds what else led to it.
    pub(crate) fn because(mut self, causes: Vec<String>) -> Self {
        let before = std::mem::take(&mut self.0.causes).into_vec();
        self.0.causes = before.into_iter().chain(causes).collect();
        self
    }

    /// What happened, without agent and causes.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The agent that failed, where one did.
    pub fn agent(&self) -> Option<&str> {
        self.0.agent.as_deref()
    }

    /// The failure as data.
    pub fn failure(&self) -> &Failure {
        &self.0
    }

    /// Itself, short enough to travel: see [`Failure::bounded`].
    #[must_use]
    pub(crate) fn bounded(self) -> Self {
        Self(Box::new(self.0.bounded()))
    }

    /// The failure as data, by value.
    pub fn into_failure(self) -> Failure {
        *self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0, self.0.type_name)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        error.into_failure()
    }
}

impl From<Error> for Box<dyn StdError + Send + Sync> {
    fn from(error: Error) -> Self {
        error.0
    }
}

impl From<Error> for Box<dyn StdError> {
    fn from(error: Error) -> Self {
        error.0
    }
}

/// What a caught panic said.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}
