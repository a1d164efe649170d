//! A conversation of a model with its tools, as it travels between a flock and the turns it asks for.
//!
//! The flock holds it: each turn of the model and each call of a tool is a step of its own, with its own
//! retries, and none of them is made again after it was answered.

use schemars::Schema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use crate::{error::Result, value::payload::Payload};

/// What a turn takes: the agent's input, and all that was said since.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) input: Box<RawValue>,
    /// What the model may call beside the agent's own tools.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) offers: Vec<Offer>,
    #[serde(default)]
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

/// What a turn comes to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Turned {
    /// The model wants these first.
    Calls(Calls),
    /// Its answer, which is the agent's output.
    Output(Box<RawValue>),
}
