//! A conversation of a model with its tools, as it travels between a flock and the turns it asks for.
//!
//! The flock holds it: each turn of the model and each call of a tool is a step of its own, with its own
//! retries, and none of them is made again after it was answered.

use schemars::Schema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use crate::{
    error::{Error, Result},
    value::{is_zero, payload::Payload},
};

/// What a turn takes: what was said since the turn before. So a run's history grows with what is said, and not
/// with its square; a worker that does not know the rest asks the run for it ([`RECALL`]).
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TurnInput {
    /// Which of the run's conversations it is. The key is one that no agent's own input has.
    #[serde(rename = "$conversation")]
    pub(crate) conversation: u64,
    /// How many messages there are before these.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) after: usize,
    /// How it began, where it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) input: Option<Box<RawValue>>,
    /// What the model may call beside the agent's own tools, with its beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) offers: Vec<Offer>,
    /// What was said since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) messages: Vec<Message>,
}

impl TurnInput {
    /// The first turn of a conversation about this input.
    #[cfg(any(test, feature = "cli"))]
    pub(crate) fn about(input: &Payload) -> Result<Self> {
        Ok(Self {
            conversation: 0,
            after: 0,
            input: Some(input.decode()?),
            offers: Vec::new(),
            messages: Vec::new(),
        })
    }

    /// The conversation's beginning, taken out, where this is one.
    pub(crate) fn begins(&mut self) -> Option<Said> {
        let input = self.input.take()?;
        Some(Said {
            input,
            offers: std::mem::take(&mut self.offers),
            messages: Vec::new(),
        })
    }

    /// The newest input, where one is new.
    #[cfg(feature = "testing")]
    pub(crate) fn asked(&self) -> Result<Payload> {
        match (newest_input(&self.messages), &self.input) {
            (Some(input), _) => Payload::encode(input),
            (None, Some(input)) => Ok(Payload::from_json(input.get())),
            (None, None) => Err(Error::permanent("this turn has no input of its own")),
        }
    }

    /// Whether an attempt is given a turn, and not an agent's whole input.
    pub(crate) fn is_in(given: &Payload) -> bool {
        given.as_bytes().starts_with(b"{\"$conversation\":")
    }
}

/// The query by which a worker asks a run for what was said in one of its conversations. Answered with as much
/// as one answer holds, in the form of a turn.
pub(crate) const RECALL: &str = "flock_conversation";

/// What is asked with it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Recall {
    pub(crate) conversation: u64,
    /// How many messages are known already.
    pub(crate) after: usize,
}

/// All that was said in a conversation, as a model is asked to go on with it.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) input: Box<RawValue>,
    /// What the model may call beside the agent's own tools.
    pub(crate) offers: Vec<Offer>,
    pub(crate) messages: Vec<Message>,
}

impl Said {
    /// The beginning of a conversation about this input.
    pub(crate) fn about(input: &Payload) -> Result<Self> {
        Ok(Self {
            input: input.decode()?,
            offers: Vec::new(),
            messages: Vec::new(),
        })
    }
}

/// A tool that a model may call, and that is not linked into the program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Offer {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    pub(crate) schema: Schema,
}

/// What was said in a conversation after its beginning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Message {
    /// The model asked for calls of its tools.
    Calls(Calls),
    /// What became of one of them.
    Result(CallResult),
    /// The model's answer, after which its flock went on with another input.
    Output(Value),
    /// What its flock says then.
    Input(Value),
}

/// The last input after a conversation's beginning.
pub(crate) fn newest_input(messages: &[Message]) -> Option<&Value> {
    messages.iter().rev().find_map(|message| match message {
        Message::Input(input) => Some(input),
        _ => None,
    })
}

/// Calls that a model asks for in one turn; they are made side by side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Calls {
    /// What it said beside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What it asks for.
    pub calls: Vec<ToolCall>,
    /// What its vendor wants to see again, as it was: signatures of thoughts.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub vendor: Value,
}

/// A call that a model asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolCall {
    /// What the model knows it by.
    pub id: String,
    /// The tool.
    pub name: String,
    /// What it is to be called with.
    pub arguments: Value,
    /// What is wrong with it, where it cannot be made: the model is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl ToolCall {
    /// A call of the tool `name` with these arguments, which the model knows by `id`.
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: Value) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            arguments,
            problem: None,
        }
    }
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallResult {
    /// What the model knows the call by.
    pub id: String,
    /// The tool.
    pub name: String,
    /// What the model is told.
    pub text: String,
    /// Whether it went wrong.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

impl CallResult {
    pub(crate) fn new(call: &ToolCall, text: String, failed: bool) -> Self {
        Self {
            id: call.id.clone(),
            name: call.name.clone(),
            text,
            failed,
        }
    }
}

/// Turns in one conversation, where the agent says nothing else.
pub(crate) const MAX_TURNS: u32 = 20;

/// The end of a conversation that took all its turns.
pub(crate) fn no_answer(turns: u32) -> Error {
    Error::permanent(format!(
        "its model called tools in each of its {turns} turns, and gave no answer: raise `max_turns`, or tell it in its instructions when to stop"
    ))
    .with_type("MaxTurns")
}

/// What a turn comes to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Turned {
    /// The model wants these first.
    Calls(Calls),
    /// Its answer, which is the agent's output.
    Output(Box<RawValue>),
}
