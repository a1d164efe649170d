//! A piece of work, as it is told when it has ended.

use std::time::SystemTime;

use futures_util::future::{BoxFuture, ready};

/// A piece of work that has ended: a run of a flock, an attempt of an agent or tool, or a question to a model,
/// by OpenTelemetry's conventions for generative AI.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Span {
    /// The trace: 16 bytes, shown as 32 hexadecimal digits. Of a run that nobody has begun a trace for it is
    /// the run id, without hyphens.
    pub trace_id: u128,
    /// The span: 8 bytes, shown as 16 hexadecimal digits. It is made of the run, the step and the attempt: the
    /// same whichever process tells it.
    pub span_id: u64,
    /// What it is part of.
    pub parent_span_id: Option<u64>,
    /// What was done, such as `execute_tool web_search`.
    pub name: String,
    /// What it is in a trace.
    pub kind: SpanKind,
    /// When it began.
    pub start: SystemTime,
    /// When it ended.
    pub end: SystemTime,
    /// What is known of it: names, which docs/observability.md lists, and values.
    pub attributes: Vec<(&'static str, SpanValue)>,
    /// What went wrong, in words.
    pub error: Option<String>,
}

impl Span {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&SpanValue> {
        let mut attributes = self.attributes.iter();
        attributes.find_map(|(key, value)| (*key == name).then_some(value))
    }
}

/// What a span is in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpanKind {
    /// Work of this program's own.
    Internal,
    /// A question to another program, such as a model's vendor.
    Client,
}

/// The value of a span's attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpanValue {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Texts.
    Texts(Vec<String>),
}

impl SpanValue {
    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<String> for SpanValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for SpanValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for SpanValue {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// Takes spans as they end: for programs with a pipeline of their own. The crate feature `otlp` has one that
/// sends them to a collector.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use flock::{prelude::*, telemetry::{Span, SpanSink}};
///
/// #[derive(Clone, Default)]
/// struct Kept(Arc<Mutex<Vec<Span>>>);
///
/// impl SpanSink for Kept {
///     fn record(&self, span: &Span) {
///         if let Ok(mut kept) = self.0.lock() {
///             kept.push(span.clone());
///         }
///     }
/// }
///
/// # fn example() -> Result<(), flock::StartError> {
/// let runtime = flock::Runtime::builder().trace_to(Kept::default()).build()?;
/// # Ok(()) }
/// ```
pub trait SpanSink: Send + Sync + 'static {
    /// Takes a span. Called where the work was done, so it must not wait.
    fn record(&self, span: &Span);

    /// Ends when all that was recorded is where it is to go. Asked when a worker stops and a program ends.
    fn flush(&self) -> BoxFuture<'_, ()> {
        Box::pin(ready(()))
    }
}
