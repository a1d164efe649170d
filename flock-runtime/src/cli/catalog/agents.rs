//! `agents`: what is linked in.

use clap::Args;
use serde_json::{Value, json};

use crate::{
    agent::{AgentKind, entry::AgentEntry},
    cli::{
        exit::{Exit, Fault},
        program::{Program, first_line, print},
        render::show,
        schema::{Document, signature},
    },
    declare::options::CallOptions,
    engine::program::Parts,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} agents
  {bin} agents --json")]
pub(crate) struct Agents {}

impl Agents {
    pub(crate) fn execute(self, program: Program) -> Result<Exit, Fault> {
        let parts = program.builder.parts()?;
        let registry = &parts.registry;
        let document: Vec<Value> = registry
            .agents()
            .map(|agent| summary(&parts, agent))
            .collect();
        print(program.json, &document, || {
            let rows: Vec<_> = registry.agents().map(row).collect();
            match rows.is_empty() {
                true => "This program has no agents: annotate one with `#[agent]`.".into(),
                false => show::table(["AGENT", "BY", "INPUT", "OUTPUT", "DESCRIPTION"], &rows),
            }
        });
        Ok(Exit::Done)
    }
}

pub(crate) fn kind(kind: &AgentKind) -> &'static str {
    match kind {
        AgentKind::Function => "function",
        AgentKind::Tool(_) => "tool",
        AgentKind::Model(_) => "model",
    }
}

fn row(entry: &'static AgentEntry) -> [String; 5] {
    let agent = entry.descriptor;
    let fields = |schema: Document| signature(&schema.properties(), &schema.kind());
    [
        agent.name.into(),
        kind(&agent.kind).into(),
        fields(Document::new((entry.input_schema)())),
        fields(Document::new((entry.output_schema)())),
        first_line(agent.description).into(),
    ]
}

fn summary(parts: &Parts, entry: &'static AgentEntry) -> Value {
    let agent = entry.descriptor;
    let options = parts.resolve(agent, None, &CallOptions::default());
    json!({
        "name": agent.name,
        "by": kind(&agent.kind),
        "pool": options.pool.value,
        "description": agent.description,
        "input": Document::new((entry.input_schema)()).summary(),
        "output": Document::new((entry.output_schema)()).summary(),
    })
}
