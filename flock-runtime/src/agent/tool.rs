//! What a model may call: functions under `#[tool]`, other agents, and flocks.

use std::any::Any;

use schemars::Schema;
use serde_json::{Map, Value};

use super::{
    Agent, AgentDescriptor, AgentKind, ModelOptions,
    entry::{AgentEntry, Entry},
};
use crate::{
    declare::budget::{BudgetOptions, OnExceeded},
    text::sentence::{Message, same},
    value::{
        flock_type::{FlockType, Shape},
        payload::Payload,
    },
};

/// What can be one of an agent's `tools`.
///
/// Implemented by `#[tool]`, `#[agent]` and `#[flock]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tool",
    label = "not a tool",
    note = "a tool is an `async fn` under `#[tool(effect = \"read\")]`, an agent, or a flock"
)]
pub trait Tool {
    /// Itself without its types.
    #[doc(hidden)]
    const TOOL: ToolEntry;
}

/// A tool without its types.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ToolEntry {
    /// What the model calls it by.
    pub name: &'static str,
    /// What it does, for the model.
    pub description: &'static str,
    /// The JSON Schema of its arguments.
    pub schema: fn() -> Schema,
    /// What its arguments look like.
    pub input: Shape,
    pub(crate) work: Work,
    /// Why only a flock can call it, where that is so.
    pub(crate) needs_flock: Option<&'static str>,
}

/// What does the work of a tool. By functions, since two agents may be each other's tools.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    Agent(fn() -> &'static AgentEntry),
    /// A flock's entry, of which this room knows nothing.
    Flock(fn() -> &'static (dyn Any + Send + Sync)),
}

impl ToolEntry {
    /// An agent as a tool: each call is a step.
    pub const fn agent<A: Agent>() -> Self {
        Self {
            name: A::NAME,
            description: A::DESCRIPTOR.description,
            schema: || schemars::schema_for!(A::Input),
            input: <A::Input as FlockType>::SHAPE,
            work: Work::Agent(|| &Entry::<A>::ENTRY),
            needs_flock: needs_flock(A::DESCRIPTOR),
        }
    }
}

const fn needs_flock(agent: &AgentDescriptor) -> Option<&'static str> {
    if agent.effects.is_write() {
        Some("is a `write`, which parks where it was begun and never ended")
    } else if matches!(agent.effects.needs_approval, Some(true)) {
        Some("waits for the approval of a person")
    } else if agent.converses() {
        Some("calls tools in steps of its own")
    } else {
        None
    }
}

/// Bytes of a result that a model is shown, where the tool or its server says nothing else.
pub(crate) const MAX_RESULT: u32 = 65_536;

/// A result as a model is shown it: what is above `most` bytes is cut, with a notice.
pub(crate) fn cut(mut text: String, most: usize) -> String {
    let whole = text.len();
    if whole > most {
        text.truncate(text.floor_char_boundary(most));
        text += &format!("\n[cut here: the result has {whole} bytes, and {most} are shown]");
    }
    text
}

/// The key of what has no field names: models give objects, of arguments as of answers.
pub(crate) const VALUE: &str = "value";

impl ToolEntry {
    /// What it is called with, as its input is written.
    pub(crate) fn input(&self, arguments: &Value) -> Value {
        match (self.input, arguments) {
            (Shape::Value, Value::Object(fields)) => fields.get(VALUE).cloned().unwrap_or_default(),
            (Shape::Fields(_), Value::Null) => Value::Object(Map::new()),
            (_, given) => given.clone(),
        }
    }

    /// A result as a model is shown it: text as it is, all else as JSON, and no more than it says.
    pub(crate) fn shown(&self, output: &Payload) -> String {
        let own = match self.work {
            Work::Agent(entry) => match entry().descriptor.kind {
                AgentKind::Tool(options) => options.max_result,
                AgentKind::Function | AgentKind::Model(_) => None,
            },
            Work::Flock(_) => None,
        };
        shown(output, own.unwrap_or(MAX_RESULT) as usize)
    }
}

fn shown(output: &Payload, most: usize) -> String {
    let text = match output.decode() {
        Ok(Value::String(text)) => text,
        _ => String::from_utf8_lossy(output.as_bytes()).into_owned(),
    };
    cut(text, most)
}

impl std::fmt::Debug for ToolEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ToolEntry").field(&self.name).finish()
    }
}

/// Whether each of an agent's tools has a name that a model can call it by.
///
/// # Panics
/// When two have one name, or one has a name that vendors do not take: while compiling, as `#[agent]` calls it.
pub const fn tools(tools: &[ToolEntry]) {
    let mut at = 0;
    while at < tools.len() {
        if !is_name(tools[at].name) {
            let unnamed = Message::new()
                .push("no model can call a tool by the name ")
                .code(tools[at].name)
                .push(": their vendors take letters from A to Z, digits, `_` and `-`, 64 at most")
                .help("give it another name, by `name = \"…\"` in its attribute");
            panic!("{}", unnamed.as_str());
        }
        let mut before = 0;
        while before < at {
            if same(tools[before].name, tools[at].name) {
                let doubled = Message::new()
                    .push("two of the tools are called ")
                    .code(tools[at].name)
                    .push(": a model could not tell them apart")
                    .help("give one of them another name, by `name = \"…\"` in its attribute");
                panic!("{}", doubled.as_str());
            }
            before += 1;
        }
        at += 1;
    }
}

/// Whether each of an agent's tools can be called within one activity.
///
/// # Panics
/// When one cannot, or the agent's budget is to wait for more: while compiling, as `#[agent]` calls it.
pub const fn tools_of_activity(agent: &AgentDescriptor, tools: &[ToolEntry]) {
    if let Some(ModelOptions {
        budget:
            BudgetOptions {
                on_exceeded: Some(OnExceeded::Park),
                ..
            },
        ..
    }) = agent.model_options()
    {
        let parks = Message::new()
            .push("agent ")
            .code(agent.name)
            .push(
                " holds its conversation in one activity, where nobody can be asked for more money",
            )
            .help("leave `on_exceeded = \"park\"` out, or `loop = \"activity\"`");
        panic!("{}", parks.as_str());
    }
    let mut at = 0;
    while at < tools.len() {
        if let Some(why) = tools[at].needs_flock {
            let needs = Message::new()
                .push("agent ")
                .code(agent.name)
                .push(" holds its conversation in one activity, and ")
                .code(tools[at].name)
                .push(" ")
                .push(why)
                .push(": only a flock can call it")
                .help("leave `loop = \"activity\"` out, and each call is a step of the flock");
            panic!("{}", needs.as_str());
        }
        at += 1;
    }
}

/// What the vendors of models have in common.
const fn is_name(name: &str) -> bool {
    let name = name.as_bytes();
    let mut at = 0;
    while at < name.len() {
        if !(name[at].is_ascii_alphanumeric() || matches!(name[at], b'_' | b'-')) {
            return false;
        }
        at += 1;
    }
    !name.is_empty() && name.len() <= 64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_result_is_cut_between_characters_and_says_so() {
        let output = Payload::encode("grüße").unwrap();
        assert_eq!(shown(&output, 7), "grüße");
        assert_eq!(
            shown(&output, 3),
            "gr\n[cut here: the result has 7 bytes, and 3 are shown]"
        );
        let object = Payload::from_json("{\"a\":1}");
        assert_eq!(shown(&object, 100), "{\"a\":1}");
    }
}
