//! What can go wrong in an agent or a flock, and how it travels; and around runs: why one could not be
//! started or reached (`run`), what waits for a worker that does not come (`unserved`), what a saga that
//! failed could not undo (`saga`).
//!
//! Names only how things are said, [`text`](crate::text). Everything may name this.

mod run;
mod saga;
mod text;
mod unserved;

use std::{any::Any, error::Error as StdError, fmt, marker::PhantomData, time::Duration};

pub use run::{RunError, StartError};
pub use saga::SagaFailed;
pub(crate) use saga::causes as saga_causes;
use serde::{Deserialize, Serialize};
#[cfg(feature = "cli")]
pub(crate) use unserved::word;
pub use unserved::{Unserved, UnservedReason};

use self::text::{cut, without_secrets};

/// What agents and flocks return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

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
    /// The agent that failed, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The errors beneath, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
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
        self.causes.retain_mut(|cause| {
            let room = left > 0;
            cut(cause, left);
            left = left.saturating_sub(cause.len().max(1));
            room
        });
        if self.causes.len() < all {
            let more = all - self.causes.len();
            self.causes.push(format!("and {more} causes more"));
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(agent) = &self.agent {
            write!(f, "agent `{agent}` failed: ")?;
        }
        f.write_str(&self.message)?;
        for cause in &self.causes {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl StdError for Failure {}

/// The error of agents and flocks.
///
/// Any ordinary error converts into it with `?` and is then [`ErrorKind::Transient`], its type's
/// name kept. Like `anyhow::Error`, it is therefore not itself a [`std::error::Error`]; it converts
/// into `Box<dyn std::error::Error>` and into [`Failure`], which is one.
///
/// What `?` copies of an ordinary error is its `Display` and that of every
/// [`source`](std::error::Error::source) beneath it. They stand in the run's history, in logs and on
/// the terminal, for as long as those are kept: an error that shows a secret gives it away. Of URLs
/// (`reqwest` shows them whole) user, password and query are left out; where more must be, say what
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

impl Error {
    /// An error of `kind`.
    pub fn new(kind: ErrorKind, message: impl fmt::Display) -> Self {
        Self(Box::new(Failure {
            type_name: kind.as_str().to_owned(),
            kind,
            message: message.to_string(),
            agent: None,
            causes: Vec::new(),
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
        .named("LostWorker")
    }

    /// The attempts together took longer than the agent's `schedule_to_close`.
    pub(crate) fn deadline() -> Self {
        Self::timeout("all its attempts took longer than its `schedule_to_close`")
    }

    /// An agent panicked: a failure of that attempt.
    pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Self {
        Self::transient(format!("it panicked: {}", panic_message(panic))).named("Panic")
    }

    /// The run was cancelled.
    pub fn cancelled(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Cancelled, message)
    }

    /// Sets the failure type that `non_retryable = ["…"]` matches and Temporal shows.
    #[must_use]
    pub fn named(mut self, type_name: impl Into<String>) -> Self {
        self.0.type_name = type_name.into();
        self
    }

    /// Says which agent failed, unless that is known already.
    #[must_use]
    pub fn in_agent(mut self, agent: &str) -> Self {
        self.0.agent.get_or_insert_with(|| agent.to_owned());
        self
    }

    /// Puts what was being done before the message.
    #[must_use]
    pub fn context(mut self, doing: impl fmt::Display) -> Self {
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

    /// Adds what else led to it.
    pub(crate) fn because(mut self, causes: Vec<String>) -> Self {
        self.0.causes.extend(causes);
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

/// What becomes an [`Error`] by `?`: every [`std::error::Error`] that is `Send` and `Sync`.
///
/// Asked of [`Of<E>`](Of) and not of `E`: where the two have one name, rustc speaks of `Into<Error>` in
/// its place, and of text that is no error it says nothing.
#[diagnostic::on_unimplemented(
    message = "`{E}` is no error",
    label = "not an error; one is made of text by `flock::err!(\"…\")`",
    note = "of text an error is made by `flock::err!(\"…\")`, and `flock::bail!(\"…\")` returns it at once; of any other value one is made by `flock::Error::transient(value)`"
)]
pub trait OrdinaryError<E> {
    /// Becomes the error.
    fn error(it: E) -> Error;
}

/// Stands for the type `E`.
#[derive(Debug)]
pub struct Of<E>(PhantomData<E>);

#[diagnostic::do_not_recommend]
impl<E: StdError + Send + Sync + 'static> OrdinaryError<E> for Of<E> {
    fn error(it: E) -> Error {
        // Failures from elsewhere keep their kind.
        if let Some(failure) = (&it as &dyn Any).downcast_ref::<Failure>() {
            return Error(Box::new(failure.clone()));
        }
        if let Some(saga) = (&it as &dyn Any).downcast_ref::<SagaFailed>() {
            return saga.clone().into_error();
        }
        let mut causes = Vec::new();
        let mut beneath = it.source();
        while let Some(cause) = beneath {
            causes.push(without_secrets(cause.to_string()));
            beneath = cause.source();
        }
        Error(Box::new(Failure {
            kind: ErrorKind::Transient,
            type_name: short_type_name::<E>().to_owned(),
            message: without_secrets(it.to_string()),
            agent: None,
            causes,
        }))
    }
}

impl<E> From<E> for Error
where
    Of<E>: OrdinaryError<E>, // Of text, which is none, `flock::err!("…")` makes one.
{
    fn from(error: E) -> Self {
        Of::error(error)
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

/// Names the kind of an ordinary error on its way out of an agent.
///
/// ```
/// use flock::{Classify, ErrorKind, Result};
///
/// fn parse(text: &str) -> Result<u8> {
///     text.parse().kind(ErrorKind::Invalid)
/// }
/// assert_eq!(parse("x").unwrap_err().kind(), &ErrorKind::Invalid);
/// ```
pub trait Classify<T> {
    /// The same failure as an error of `kind`.
    ///
    /// # Errors
    /// Where `self` is one.
    fn kind(self, kind: ErrorKind) -> Result<T>;
}

impl<T, E: Into<Error>> Classify<T> for std::result::Result<T, E> {
    fn kind(self, kind: ErrorKind) -> Result<T> {
        self.map_err(|error| error.into().with_kind(kind))
    }
}

/// `a::b::Name<c::D>` becomes `Name`.
fn short_type_name<T>() -> &'static str {
    let full = std::any::type_name::<T>();
    let base = full.split('<').next().unwrap_or(full);
    base.rsplit("::").next().unwrap_or(base)
}

/// What a caught panic said.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}
