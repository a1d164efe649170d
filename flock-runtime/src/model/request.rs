//! A question and its answer.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::said::Listener;
use crate::{
    agent::{
        conversation::{Calls, Message, ToolCall, newest_input},
        tool::VALUE,
    },
    declare::reasoning::Reasoning,
    value::{flock_type::Field, media::Media, usage::Usage},
};

/// A request to a language model: one question of an agent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ModelRequest {
    /// The agent that asks.
    pub agent: &'static str,
    /// The attempt of the agent, from 1.
    pub attempt: u32,
    /// The model's name, without the provider in front.
    pub model: String,
    /// The system prompt.
    pub instructions: String,
    /// The user's message, with the input's fields in braces; empty for the input as JSON.
    pub template: &'static str,
    /// The agent's input, the first one in a chat. Where it, or a later one, has images or files, a text stands
    /// that tells which of `media` it is.
    pub input: Value,
    /// The images and files in the input, and in a chat in all of its inputs, in their order.
    pub media: Vec<Media>,
    /// How many of them each input has.
    pub media_of: Vec<usize>,
    /// What the input's fields mean.
    pub inputs: &'static [Field],
    /// The JSON Schema the answer must fit: always an object's.
    pub schema: Schema,
    /// Whether the output has no field names, so that the schema asks for `{"value": …}`.
    pub wrapped: bool,
    /// Randomness, 0 to 2; the vendor's default when none is given.
    pub temperature: Option<f64>,
    /// Most tokens in an answer; the vendor's default when none is given.
    pub max_tokens: Option<u32>,
    /// Texts at which an answer ends.
    pub stop: Vec<String>,
    /// For answers that can be repeated, where one is given.
    pub seed: Option<u32>,
    /// How much it is to think; the vendor's default when not given.
    pub reasoning: Option<Reasoning>,
    /// What else its vendor takes, from `flock.toml`.
    pub extra: Map<String, Value>,
    /// What the model may call before it answers.
    pub tools: Vec<ToolSpec>,
    /// What was said since the question: calls and what became of them, and in a chat answers and further
    /// inputs.
    pub messages: Vec<Message>,
    /// Answers of this attempt that did not fit, each with what was wrong.
    pub faults: Vec<Fault>,
    /// Who hears the answer as it comes.
    pub(super) listener: Listener,
}

/// A tool, as a model is told of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ToolSpec {
    /// What it is called by.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The JSON Schema of its arguments: always an object's.
    pub parameters: Schema,
    /// Whether it is a tool of an MCP server.
    pub is_foreign: bool,
}

/// An answer that did not fit.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fault {
    /// The answer.
    pub answer: String,
    /// What is wrong with it.
    pub problem: String,
}

/// An answer of a language model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ModelAnswer {
    /// The text, JSON if the model kept to the schema. Beside calls, what the model says of them.
    pub text: String,
    /// The tools that the model wants called first, side by side. Empty in an answer.
    pub calls: Vec<ToolCall>,
    /// What it has cost in tokens. Money is added by the list price, where none is said.
    pub usage: Usage,
    /// What the vendor wants to see again beside the calls, as it was. Kept with the conversation.
    pub vendor: Value,
    /// The model that answered, as its vendor names it: for traces.
    pub model: Option<String>,
    /// Why it stopped, as its vendor says: for traces.
    pub finish_reason: Option<String>,
}

impl ModelAnswer {
    /// An answer of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            calls: Vec::new(),
            usage: Usage::default(),
            vendor: Value::Null,
            model: None,
            finish_reason: None,
        }
    }

    /// No answer yet: the model wants these calls made.
    pub fn calls(calls: impl IntoIterator<Item = ToolCall>) -> Self {
        Self {
            calls: calls.into_iter().collect(),
            ..Self::new("")
        }
    }

    /// What it has cost.
    #[must_use]
    pub fn usage(mut self, usage: Usage) -> Self {
        self.usage = usage;
        self
    }

    pub(super) fn into_calls(self) -> Calls {
        Calls {
            text: self.text,
            calls: self.calls,
            vendor: self.vendor,
        }
    }
}

impl ModelRequest {
    /// Which turn of a conversation this is, from 1: calls of tools and answers were those before.
    pub fn turn(&self) -> usize {
        let turns = self.messages.iter();
        let turns =
            turns.filter(|message| matches!(message, Message::Calls(_) | Message::Output(_)));
        1 + turns.count()
    }

    /// What is asked now: the input, or the newest one of a chat.
    pub fn newest_input(&self) -> &Value {
        newest_input(&self.messages).unwrap_or(&self.input)
    }

    /// An answer that was given before, as the model gave it.
    pub fn given(&self, output: &Value) -> String {
        match self.wrapped {
            true => json!({ VALUE: output }).to_string(),
            false => output.to_string(),
        }
    }

    /// The answer that gives `value`: an object field by field; anything else stands for the whole
    /// output, or for the only field of one. A string that stands for neither is sent as it is.
    pub fn answer(&self, value: Value) -> ModelAnswer {
        let only = match self.only_property() {
            Some(name) if self.wrapped || !value.is_object() => name,
            _ => {
                return ModelAnswer::new(match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                });
            }
        };
        let object = Map::from_iter([(only.to_owned(), value)]);
        ModelAnswer::new(Value::Object(object).to_string())
    }

    /// Whether anybody hears the answer as it comes: then [`say`](Self::say) each piece of its text, and
    /// [`begin_call`](Self::begin_call) where the model begins to call a tool. The whole answer is
    /// given at the end as ever.
    pub fn is_heard(&self) -> bool {
        self.listener.is_heard()
    }

    /// Tells those who follow the run the next piece of the answer's text. Of an answer with one field, a
    /// string, they hear that string; of others the JSON.
    pub fn say(&self, text: &str) {
        self.listener.say(text);
    }

    /// Tells those who follow the run that the model begins to call a tool.
    pub fn begin_call(&self, tool: &str) {
        self.listener.begin_call(tool);
    }

    fn only_property(&self) -> Option<&str> {
        let mut names = self.schema.get("properties")?.as_object()?.keys();
        let first = names.next()?;
        names.next().is_none().then_some(first)
    }
}
