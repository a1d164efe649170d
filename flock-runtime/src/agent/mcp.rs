//! Tools of other programs, servers of the Model Context Protocol: what is kept of them in a run, and the
//! built-in agents by which a flock asks for them. Who speaks with the servers is a worker's, behind
//! [`Servers`]; the flock sees what was recorded, and nothing else.

use std::{collections::BTreeMap, fmt::Debug, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use schemars::Schema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AgentDescriptor, Location, context::AgentContext, entry::AgentEntry, state::State};
use crate::{
    agent::hand_off::Next,
    declare::{
        effect::{Effect, EffectOptions},
        options::{AgentOptions, RetryOptions},
    },
    error::{Error, Result},
    value::{
        flock_type::{Field, Shape},
        payload::Payload,
    },
};

/// The failure type of a server that answers with an error, or is not as `flock.toml` has it.
pub(crate) const FAILED: &str = "McpError";

/// Which server is asked for its tools.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) server: String,
}

/// What a server has, as a run keeps it: sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) tools: Vec<RemoteTool>,
    /// Limit of one call, where `flock.toml` says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_ms: Option<u64>,
}

/// A tool of a server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RemoteTool {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    /// The JSON Schema of its arguments.
    pub(crate) schema: Schema,
    pub(crate) effect: Effect,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) needs_approval: bool,
}

/// A call of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RemoteCall {
    pub(crate) server: String,
    pub(crate) tool: String,
    #[serde(default)]
    pub(crate) arguments: Value,
    /// What people have answered to what the server asked before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answered: Option<Responses>,
}

/// Answers to a server's questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Responses {
    pub(crate) responses: BTreeMap<String, Value>,
    /// What the server wants to see again, as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
}

/// What a server wants to know of a person before it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Questions {
    /// Each with what is said and the schema of the answer.
    pub(crate) questions: BTreeMap<String, Question>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) message: String,
    pub(crate) schema: Value,
}

/// What a server answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Answered")]
pub(crate) struct RemoteAnswer {
    /// As the model is shown it.
    pub(crate) text: String,
    /// Whether the tool says that it went wrong: the model is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) failed: bool,
    /// Where there is no answer yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) asks: Option<Questions>,
}

impl RemoteAnswer {
    pub(crate) fn new(text: impl Into<String>, failed: bool) -> Self {
        Self {
            text: text.into(),
            failed,
            asks: None,
        }
    }

    /// The server wants to know more.
    #[cfg(feature = "mcp")]
    pub(crate) fn asking(questions: Questions) -> Self {
        Self {
            asks: Some(questions),
            ..Self::default()
        }
    }
}

/// A person who tells a result tells its text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answered {
    Text(String),
    Whole {
        text: String,
        #[serde(default)]
        failed: bool,
        #[serde(default)]
        asks: Option<Questions>,
    },
}

impl From<Answered> for RemoteAnswer {
    fn from(answered: Answered) -> Self {
        match answered {
            Answered::Text(text) => Self::new(text, false),
            Answered::Whole { text, failed, asks } => Self { text, failed, asks },
        }
    }
}

/// Who speaks with the servers.
pub(crate) trait Servers: Debug + Send + Sync + 'static {
    /// Whether there is a server of this name.
    fn has(&self, server: &str) -> bool;
    /// The tools of a server, sorted.
    fn tools<'a>(&'a self, server: &'a str) -> BoxFuture<'a, Result<Listed>>;
    /// Calls one. An error after which nobody knows whether a `write` was done
    /// [leaves that open](Error::leaves_open).
    fn call<'a>(
        &'a self,
        call: &'a RemoteCall,
        effect: Effect,
    ) -> BoxFuture<'a, Result<RemoteAnswer>>;
}

/// Of a program that does not have the protocol.
#[cfg(not(feature = "mcp"))]
#[derive(Debug)]
pub(crate) struct NoServers;

#[cfg(not(feature = "mcp"))]
impl Servers for NoServers {
    fn has(&self, _: &str) -> bool {
        false
    }

    fn tools<'a>(&'a self, server: &'a str) -> BoxFuture<'a, Result<Listed>> {
        std::future::ready(Err(nobody_speaks(server))).boxed()
    }

    fn call<'a>(&'a self, call: &'a RemoteCall, _: Effect) -> BoxFuture<'a, Result<RemoteAnswer>> {
        std::future::ready(Err(nobody_speaks(&call.server))).boxed()
    }
}

#[cfg(not(feature = "mcp"))]
fn nobody_speaks(server: &str) -> Error {
    Error::permanent(format!("nobody speaks with the MCP server `{server}` here")).with_type(FAILED)
}

/// As agents share it.
#[derive(Debug, Clone)]
pub(crate) struct Shared(pub(crate) Arc<dyn Servers>);

/// The built-in agents. They are a worker's where one of its agents has servers.
pub(crate) static BUILT_IN: [AgentEntry; 4] = [TOOLS, READ, IDEMPOTENT, WRITE];

/// Asks a server for its tools.
pub(crate) static LIST: &AgentEntry = &BUILT_IN[0];

/// What makes a call of this effect.
pub(crate) fn calls(effect: Effect) -> &'static AgentEntry {
    match effect {
        Effect::Read => &BUILT_IN[1],
        Effect::Idempotent => &BUILT_IN[2],
        Effect::Write => &BUILT_IN[3],
    }
}

const TOOLS: AgentEntry = AgentEntry {
    input: Shape::Fields(ASKED),
    input_schema: || fields(ASKED),
    output_schema: || {
        plain(json!({ "type": "object", "properties": { "tools": { "type": "array" } } }))
    },
    execute: list,
    ..built_in(&AgentDescriptor {
        inputs: ASKED,
        outputs: &[Field::new("tools", "Vec<Value>")],
        // The first time a server may have to be fetched: `npx`, `uvx`.
        options: options(Duration::from_secs(120)),
        ..about("mcp_tools", "Asks an MCP server for its tools.")
    })
};

const READ: AgentEntry = call(&AgentDescriptor {
    effects: EffectOptions::NONE.effect(Effect::Read),
    ..of_calls(
        "mcp_read",
        "Calls a tool of an MCP server that changes nothing.",
    )
});

const IDEMPOTENT: AgentEntry = call(&AgentDescriptor {
    effects: EffectOptions::NONE.effect(Effect::Idempotent),
    ..of_calls(
        "mcp_idempotent",
        "Calls a tool of an MCP server that may be called twice.",
    )
});

const WRITE: AgentEntry = AgentEntry {
    gives: Some(|output| output.decode::<RemoteAnswer>().map(drop)),
    ..call(&AgentDescriptor {
        effects: EffectOptions::NONE.effect(Effect::Write),
        ..of_calls(
            "mcp_write",
            "Calls a tool of an MCP server that changes something.",
        )
    })
};

const ASKED: &[Field] = &[Field::new("server", "String").description("Its name in `flock.toml`")];

const CALL: &[Field] = &[
    Field::new("server", "String").description("Its name in `flock.toml`"),
    Field::new("tool", "String").description("The tool, as the server names it"),
    Field::new("arguments", "Value")
        .description("What it is called with: a JSON object")
        .optional(true),
];

const ANSWER: &[Field] = &[
    Field::new("text", "String").description("What the server answered"),
    Field::new("failed", "bool")
        .description("Whether the tool says that it went wrong")
        .optional(true),
];

/// Whether the built-in agent of this name calls a server's tool.
pub(crate) fn is_call(agent: &str) -> bool {
    [READ, IDEMPOTENT, WRITE]
        .iter()
        .any(|entry| entry.descriptor.name == agent)
}

const fn about(name: &'static str, description: &'static str) -> AgentDescriptor {
    AgentDescriptor::new(name, name, Location::new(file!(), line!(), module_path!()))
        .description(description)
}

const fn of_calls(name: &'static str, description: &'static str) -> AgentDescriptor {
    AgentDescriptor {
        inputs: CALL,
        outputs: ANSWER,
        options: options(Duration::from_secs(300)),
        ..about(name, description)
    }
}

/// What was not sent may be sent again, whatever it does: so a `write` has retries too, and what leaves open
/// whether it was done is never among them.
const fn options(timeout: Duration) -> AgentOptions {
    let retry = RetryOptions::NONE
        .max_attempts(4)
        .initial(Duration::from_millis(500));
    AgentOptions::NONE.timeout(timeout).retry(retry)
}

const fn call(descriptor: &'static AgentDescriptor) -> AgentEntry {
    AgentEntry {
        input: Shape::Fields(CALL),
        output: Shape::Fields(ANSWER),
        input_schema: || fields(CALL),
        output_schema: || fields(ANSWER),
        execute: make,
        ..built_in(descriptor)
    }
}

const fn built_in(descriptor: &'static AgentDescriptor) -> AgentEntry {
    AgentEntry {
        descriptor,
        input: Shape::Value,
        output: Shape::Value,
        input_schema: || plain(json!(true)),
        output_schema: || plain(json!(true)),
        tools: &[],
        sound: true,
        converses: false,
        gives: None,
        state: &[],
        execute: list,
        route: |_| Ok(Next::default()),
    }
}

/// The schema of an object with these fields.
fn fields(fields: &[Field]) -> Schema {
    let property = |field: &Field| {
        let about = json!({ "description": field.description });
        let ty = match field.ty {
            "String" => Some("string"),
            "bool" => Some("boolean"),
            _ => None,
        };
        let mut property = about;
        if let Some(ty) = ty {
            property["type"] = ty.into();
        }
        (field.name.to_owned(), property)
    };
    let required = fields
        .iter()
        .filter(|field| !field.optional)
        .map(|field| field.name);
    plain(json!({
        "type": "object",
        "properties": fields.iter().map(property).collect::<serde_json::Map<_, _>>(),
        "required": required.collect::<Vec<_>>(),
    }))
}

fn plain(schema: Value) -> Schema {
    Schema::try_from(schema).unwrap_or_default()
}

fn list(context: AgentContext, input: &Payload) -> BoxFuture<'static, Result<Payload>> {
    let asked = input.decode::<Asked>();
    async move {
        let asked = asked.map_err(unfit)?;
        Payload::encode(&servers(&context)?.tools(&asked.server).await?)
    }
    .boxed()
}

fn make(context: AgentContext, input: &Payload) -> BoxFuture<'static, Result<Payload>> {
    let call = input.decode::<RemoteCall>();
    async move {
        let call = call.map_err(unfit)?;
        let effect = BUILT_IN
            .iter()
            .find(|entry| entry.descriptor.name == context.agent());
        let effect = effect.and_then(|entry| entry.descriptor.effects.effect);
        let servers = servers(&context)?;
        let answer = servers.call(&call, effect.unwrap_or(Effect::Write));
        Payload::encode(&answer.await?)
    }
    .boxed()
}

fn servers(context: &AgentContext) -> Result<Arc<dyn Servers>> {
    let State(Shared(servers)) = context.state()?;
    Ok(servers)
}

fn unfit(error: Error) -> Error {
    error.context("its input does not fit")
}

/// Nothing to say: the library has the protocol.
#[doc(hidden)]
#[cfg(feature = "mcp")]
#[macro_export]
macro_rules! __needs_mcp {
    () => {};
}

/// What `mcp = […]` says where the library does not have the protocol.
#[doc(hidden)]
#[cfg(not(feature = "mcp"))]
#[macro_export]
macro_rules! __needs_mcp {
    () => {
        ::core::compile_error!(
            "`mcp` needs the feature `mcp` of `flock-agents`\nhelp: in `Cargo.toml`, under `[dependencies]`, write `flock-agents = { …, features = [\"mcp\"] }`"
        );
    };
}
