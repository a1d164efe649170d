//! Agents.

use flock::prelude::*;

/// A topic.
#[flock_type]
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Topic {
    /// In a line.
    pub title: String,
    /// Whether it matters.
    #[serde(default)]
    pub urgent: bool,
}

/// What it is about.
#[flock_type]
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Class {
    /// Money.
    Billing,
    /// The rest.
    Other,
}

/// Asks a model, with everything.
#[agent(
    name = "triage",
    model = "openai/gpt-4o",
    temperature = 0.5,
    max_tokens = 100,
    input(/** What to sort */ text: String, depth: u8 = 2, topic: Option<Topic>),
    output(/** Its class */ class: Class, reply: String),
    retries = 3,
    retry(initial = "1s", max = "1m", backoff = 1.5, non_retryable = ["ValueError"]),
    timeout = "30s",
    schedule_to_start = "5m",
    schedule_to_close = "1h",
    heartbeat = "10s",
    task_queue = "gpu",
    priority = 1,
    hand_off(model, among = [Support, again])
)]
#[derive(Debug)]
#[non_exhaustive]
pub struct Triage;

/// Supports.
#[agent(
    input = "reply: String | What to say, in short",
    output = "answer | The answer"
)]
#[derive(Debug)]
#[non_exhaustive]
pub struct Support;

/// Tries again.
///
/// # Errors
///
/// Never.
#[agent(
    output = "said",
    hand_off(route, among = [Support]),
    loop_to = Triage,
    max_rounds = 2,
    max_attempts = unlimited,
    local
)]
pub async fn again(
    context: AgentContext,
    State(limit): State<u32>,
    /// What was said
    reply: String,
) -> Result<String> {
    let more = context.attempt() > limit;
    Ok(if more { reply } else { String::new() })
}

/// Which way.
fn route(output: &AgainOutput) -> Next {
    let _ = output.said.is_empty();
    Next::end()
}

/// Takes a type, gives a type, and awaits nothing.
///
/// # Errors
///
/// Never.
#[agent(input = Topic, output = Class)]
pub async fn classify(topic: Topic) -> Result<Class> {
    Ok(if topic.urgent {
        Class::Billing
    } else {
        Class::Other
    })
}

/// Only looks at what it is given.
///
/// # Errors
///
/// Never.
#[agent]
pub async fn look(text: String, class: Class) -> Result<usize> {
    let _ = class;
    Ok(text.len())
}

/// Takes and gives nothing.
///
/// # Errors
///
/// Never.
#[agent]
pub async fn idle() -> Result<()> {
    Ok(())
}

/// Has many inputs.
///
/// # Errors
///
/// Never.
#[agent]
#[allow(clippy::too_many_arguments, reason = "as many as a tuple holds")]
pub async fn many(
    first: u8,
    second: u16,
    third: u32,
    fourth: i64,
    fifth: f64,
    sixth: bool,
    seventh: char,
    eighth: Vec<u8>,
) -> Result<f64> {
    drop((second, third, fourth, sixth, seventh, eighth));
    Ok(fifth + f64::from(first))
}

/// Is on its way out.
///
/// # Errors
///
/// Never.
#[agent(output = "text")]
#[deprecated(note = "use `idle`")]
pub async fn old(text: String) -> Result<String> {
    Ok(text)
}

/// Is on its way out too.
#[agent]
#[deprecated]
#[derive(Debug)]
#[non_exhaustive]
pub struct OldModel;

/// Names its input by a rule of its own.
///
/// # Errors
///
/// Never.
#[agent(output = "upperCase: u8")]
#[expect(non_snake_case, reason = "as a foreign system has it")]
pub async fn foreign(camelCase: u8) -> Result<u8> {
    Ok(camelCase)
}

/// Of no interest to readers.
#[doc(hidden)]
#[agent]
pub async fn hidden(text: String) -> Result<String> {
    Ok(text)
}
