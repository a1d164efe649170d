//! The form of a script.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::{
    error::{Error, ErrorKind},
    value::{duration, usage::Usage},
};

pub(super) type Script = BTreeMap<String, Vec<Entry>>;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    #[serde(default)]
    pub(super) when: Option<Value>,
    // `null` is an answer too.
    #[serde(default, deserialize_with = "present")]
    pub(super) answer: Option<Value>,
    #[serde(default)]
    pub(super) calls: Option<Vec<ScriptedCall>>,
    #[serde(default, deserialize_with = "span")]
    pub(super) delay: Option<Duration>,
    /// Between two words, where somebody hears them.
    #[serde(default, deserialize_with = "span")]
    pub(super) pace: Option<Duration>,
    #[serde(default)]
    pub(super) usage: Usage,
    #[serde(default)]
    pub(super) fail: Option<Fail>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScriptedCall {
    pub(super) tool: String,
    #[serde(default)]
    pub(super) arguments: Value,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fail {
    kind: Kind,
    message: String,
    #[serde(default, deserialize_with = "span")]
    retry_after: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    RateLimited,
    Transient,
    Invalid,
    Denied,
    NotFound,
    Permanent,
    Timeout,
}

pub(super) fn parse(json: &str) -> Result<Script, String> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let script: Script = serde_path_to_error::deserialize(&mut reader)
        .map_err(|fault| format!("`{}`: {}", fault.path(), fault.inner()))?;
    reader.end().map_err(|fault| fault.to_string())?;
    for (agent, entries) in &script {
        if entries.is_empty() {
            return Err(format!("`{agent}` has no answers"));
        }
        for (index, entry) in entries.iter().enumerate() {
            entry
                .check()
                .map_err(|fault| format!("`{agent}[{index}]`: {fault}"))?;
        }
    }
    Ok(script)
}

impl Entry {
    fn check(&self) -> Result<(), &'static str> {
        match (&self.answer, &self.calls, &self.fail) {
            (Some(_), _, Some(_)) => Err("`answer` and `fail` exclude each other"),
            (Some(_), Some(_), _) | (_, Some(_), Some(_)) => {
                Err("`calls` stand alone: after them the model is asked again")
            }
            (None, None, None) => Err("needs an `answer`, `calls` or a `fail`"),
            (_, Some(calls), _) if calls.is_empty() => Err("`calls` has none"),
            (_, _, Some(fail)) if fail.retry_after.is_some() && fail.kind != Kind::RateLimited => {
                Err("`retry_after` goes with the kind `rate_limited`")
            }
            _ => Ok(()),
        }
    }

    pub(super) fn fits(&self, input: &Value) -> bool {
        self.when.as_ref().is_none_or(|when| holds(input, when))
    }
}

/// Whether `whole` has everything that `part` has.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, part)| whole.get(name).is_some_and(|whole| holds(whole, part))),
        _ => whole == part,
    }
}

impl Fail {
    pub(super) fn error(&self) -> Error {
        let kind = match self.kind {
            Kind::RateLimited => ErrorKind::RateLimited {
                retry_after: self.retry_after,
            },
            Kind::Transient => ErrorKind::Transient,
            Kind::Invalid => ErrorKind::Invalid,
            Kind::Denied => ErrorKind::Denied,
            Kind::NotFound => ErrorKind::NotFound,
            Kind::Permanent => ErrorKind::Permanent,
            Kind::Timeout => ErrorKind::Timeout,
        };
        Error::new(kind, &self.message)
    }
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    duration::parse(&text).map(Some).map_err(de::Error::custom)
}
