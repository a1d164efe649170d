//! Answers from a file, in place of a language model.

mod file;
mod fill;

use std::{path::Path, time::Duration};

use futures_util::future::BoxFuture;
use serde_json::Value;

use self::file::{Entry, Script};
use super::{Model, ModelAnswer, ModelRequest, ToolCall};
use crate::error::{Error, Result};

/// A model of answers written down beforehand, for examples and tests that run offline.
///
/// A script is a JSON object from the names of agents to lists of answers:
///
/// ```json
/// {
///   "researcher": [
///     { "when": { "topic": "Rust" }, "answer": { "findings": "{{topic}} has no collector." } },
///     { "fail": { "kind": "rate_limited", "message": "slow down", "retry_after": "1s" } },
///     { "delay": "300ms", "answer": "An answer for every other topic." }
///   ]
/// }
/// ```
///
/// `when` fits an input that holds it, fields within fields included; without `when`, any input
/// fits. The first entry that fits decides, so the general ones come last. Where several have the
/// same `when`, they are taken in turn: the first for the first question, the next for the next
/// attempt, the next question of the same attempt or the next turn of a conversation, the last
/// for all that follow. That depends on the request alone, so a script answers alike in every process.
///
/// `usage` beside either says what it cost, for trying budgets:
/// `{ "usage": { "input_tokens": 900, "output_tokens": 100, "micro_dollars": 2500 } }`.
///
/// `calls` in place of an answer asks for tools, side by side:
/// `{ "calls": [{ "tool": "web_search", "arguments": { "query": "{{topic}}" } }] }`.
///
/// `answer` is an object of the output's fields, or the value of its only field. `{{field}}` in its
/// strings becomes that field of the input. `fail` fails the attempt with a kind (`rate_limited`,
/// `transient`, `invalid`, `denied`, `not_found`, `permanent`, `timeout`), a `message` and, for
/// `rate_limited`, a `retry_after`. `delay` comes before either. Where somebody follows the run, an answer is
/// heard word by word, with `pace` (`"50ms"`) between two of them.
///
/// Name the file as the model, `FLOCK_MODEL=scripted/tests/answers.json`, from the working directory; or
/// give one to the runtime, in the setup of `flock::main!(setup)`, where it answers for every model of
/// that provider:
///
/// ```
/// use flock::{model::Scripted, prelude::*};
///
/// # const ANSWERS: &str = r#"{ "researcher": [{ "answer": "Nothing." }] }"#;
/// fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
///     // `Scripted::from_json(include_str!("answers.json"))?`
///     Ok(builder.model("openai", Scripted::from_json(ANSWERS)?))
/// }
/// # setup(Runtime::builder()).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Scripted {
    script: Script,
    origin: String,
}

impl Scripted {
    /// A script from JSON text.
    ///
    /// # Errors
    /// `Invalid`: what is wrong with it, and in which entry. Unknown keys are errors.
    pub fn from_json(json: &str) -> Result<Self> {
        Self::parse(json, "the scripted answers".to_owned())
    }

    /// A script from the file at `path`.
    ///
    /// # Errors
    /// `NotFound` when it cannot be read; otherwise as [`from_json`](Self::from_json).
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let json = std::fs::read_to_string(path).map_err(|error| {
            Error::not_found(format!(
                "cannot read the scripted answers in {}: {error}",
                path.display()
            ))
        })?;
        Self::parse(&json, path.display().to_string())
    }

    fn parse(json: &str, origin: String) -> Result<Self> {
        let script =
            file::parse(json).map_err(|fault| Error::invalid(format!("{origin}: {fault}")))?;
        Ok(Self { script, origin })
    }

    fn entry(&self, request: &ModelRequest) -> Result<&Entry> {
        let entries = self.script.get(request.agent).ok_or_else(|| {
            let agents: Vec<&str> = self.script.keys().map(String::as_str).collect();
            Error::not_found(format!(
                "{} has no answers for agent `{}`, only for: {}",
                self.origin,
                request.agent,
                agents.join(", ")
            ))
        })?;
        let first = entries.iter().find(|entry| entry.fits(request.newest_input())).ok_or_else(|| {
            Error::not_found(format!(
                "{} has no answer of agent `{}` for the input {}: add one, or one without `when`",
                self.origin,
                request.agent,
                request.newest_input()
            ))
        })?;
        let asked_before =
            request.attempt.saturating_sub(1) as usize + request.faults.len() + request.turn() - 1;
        let turns = entries.iter().filter(|entry| entry.when == first.when);
        Ok(turns.take(asked_before + 1).last().unwrap_or(first))
    }
}

impl Model for Scripted {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelAnswer>> {
        Box::pin(async move {
            let entry = self.entry(request)?;
            if let Some(delay) = entry.delay {
                tokio::time::sleep(delay).await;
            }
            if let Some(failure) = &entry.fail {
                return Err(failure.error());
            }
            let filled = |said: Value| {
                fill::fill(said, request.newest_input()).map_err(|placeholder| {
                    Error::permanent(format!(
                        "{}: `{{{{{placeholder}}}}}` in an answer of agent `{}` is no field of its input",
                        self.origin, request.agent
                    ))
                    .with_type("BadScript")
                })
            };
            let Some(calls) = &entry.calls else {
                let answer = entry.answer.clone().unwrap_or(Value::Null);
                let answer = request.answer(filled(answer)?).usage(entry.usage);
                say(request, &answer.text, entry.pace).await;
                return Ok(answer);
            };
            let turn = request.turn();
            let calls = calls.iter().enumerate().map(|(at, call)| {
                let id = format!("call-{turn}-{}", at + 1);
                Ok(ToolCall::new(
                    id,
                    &call.tool,
                    filled(call.arguments.clone())?,
                ))
            });
            let calls = calls.collect::<Result<Vec<_>>>()?;
            calls.iter().for_each(|call| request.begin_call(&call.name));
            Ok(ModelAnswer::calls(calls).usage(entry.usage))
        })
    }
}

/// Says a text word by word.
async fn say(request: &ModelRequest, text: &str, pace: Option<Duration>) {
    if !request.is_heard() {
        return;
    }
    for (at, word) in text.split_inclusive(' ').enumerate() {
        if let Some(pace) = pace.filter(|_| at > 0) {
            tokio::time::sleep(pace).await;
        }
        request.say(word);
    }
}
