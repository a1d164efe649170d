//! What answers in place of MCP servers in a test.

use std::{collections::BTreeMap, fmt, future::Future};

use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};
use schemars::Schema;
use serde_json::{Value, json};

use crate::{
    agent::mcp::{Listed, RemoteAnswer, RemoteCall, RemoteTool, Servers},
    declare::effect::Effect,
    error::{Error, Result},
};

/// The tools of an MCP server in a test, a closure each: see
/// [`TestRuntimeBuilder::mcp`](super::TestRuntimeBuilder::mcp).
#[derive(Default)]
#[must_use = "a double does nothing before it is given to a test runtime"]
pub struct McpDouble(Vec<Tool>);

struct Tool {
    remote: RemoteTool,
    answer: Box<dyn Fn(Value) -> BoxFuture<'static, Result<String>> + Send + Sync>,
}

impl McpDouble {
    /// A server without tools.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tool, which takes any arguments. An error of [`ErrorKind::Invalid`](crate::ErrorKind::Invalid)
    /// is told to the model, as that of a real one; another fails the agent, or is retried.
    pub fn tool<W>(
        mut self,
        name: impl Into<String>,
        effect: Effect,
        answer: impl Fn(Value) -> W + Send + Sync + 'static,
    ) -> Self
    where
        W: Future<Output = Result<String>> + Send + 'static,
    {
        let schema = Schema::try_from(json!({ "type": "object" }));
        self.0.push(Tool {
            remote: RemoteTool {
                name: name.into(),
                description: String::new(),
                schema: schema.unwrap_or_default(),
                effect,
                needs_approval: false,
            },
            answer: Box::new(move |arguments| answer(arguments).boxed()),
        });
        self
    }

    /// A person approves each call of the tool that was added last.
    pub fn needs_approval(mut self) -> Self {
        if let Some(tool) = self.0.last_mut() {
            tool.remote.needs_approval = true;
        }
        self
    }
}

impl fmt::Debug for McpDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|tool| &tool.remote.name);
        f.debug_set().entries(names).finish()
    }
}

/// The servers of a test: no other is asked.
#[derive(Debug, Default)]
pub(super) struct McpDoubles(BTreeMap<String, McpDouble>);

impl McpDoubles {
    pub(super) fn insert(&mut self, server: String, double: McpDouble) {
        self.0.insert(server, double);
    }

    fn server(&self, name: &str) -> Result<&McpDouble> {
        self.0.get(name).ok_or_else(|| {
            Error::permanent(format!(
                "no test asks a real MCP server: put something in the place of `{name}` with `.mcp(\"{name}\", …)`"
            ))
        })
    }
}

impl Servers for McpDoubles {
    /// One that is asked for nothing needs no double.
    fn has(&self, _: &str) -> bool {
        true
    }

    fn tools<'a>(&'a self, server: &'a str) -> BoxFuture<'a, Result<Listed>> {
        let listed = self.server(server).map(|double| {
            let tools = double.0.iter().map(|tool| tool.remote.clone());
            let mut tools: Vec<_> = tools.collect();
            tools.sort_by(|a, b| a.name.cmp(&b.name));
            Listed {
                tools,
                timeout_ms: None,
            }
        });
        ready(listed).boxed()
    }

    fn call<'a>(&'a self, call: &'a RemoteCall, _: Effect) -> BoxFuture<'a, Result<RemoteAnswer>> {
        async move {
            let double = self.server(&call.server)?;
            let tool = double.0.iter().find(|tool| tool.remote.name == call.tool);
            let tool = tool.ok_or_else(|| Error::invalid(format!("no tool `{}`", call.tool)))?;
            let text = (tool.answer)(call.arguments.clone()).await?;
            Ok(RemoteAnswer::new(text, false))
        }
        .boxed()
    }
}
