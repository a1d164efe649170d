//! Calls that a model asks for: what it is offered, and whether they can be made.

use std::collections::HashSet;

use schemars::Schema;
use serde_json::{Map, Value};

use super::{ModelAnswer, ToolSpec, answer, check::check};
use crate::{
    agent::{
        conversation::{Calls, Offer, ToolCall},
        tool::ToolEntry,
    },
    error::Result,
    value::flock_type::Shape,
};

/// An agent's tools, and what is offered beside them, as its model is told of them.
pub(super) fn offered(tools: &[ToolEntry], offers: Vec<Offer>) -> Vec<ToolSpec> {
    let spec = |tool: &ToolEntry| ToolSpec {
        name: tool.name.to_owned(),
        description: tool.description.to_owned(),
        parameters: parameters(tool),
        is_foreign: false,
    };
    let foreign = |offer: Offer| ToolSpec {
        name: offer.name,
        description: offer.description,
        parameters: offer.schema,
        is_foreign: true,
    };
    let tools = tools.iter().map(spec);
    tools.chain(offers.into_iter().map(foreign)).collect()
}

/// Vendors want an object.
fn parameters(tool: &ToolEntry) -> Schema {
    let mut schema = (tool.schema)();
    for of_root in ["$schema", "title", "description"] {
        schema.remove(of_root);
    }
    match tool.input {
        Shape::Fields(_) => schema,
        Shape::Value => answer::wrapping(schema),
    }
}

/// The calls, each with what is wrong with it where it cannot be made.
///
/// # Errors
/// When a tool's schema is of no use.
pub(super) fn checked(answer: ModelAnswer, tools: &[ToolSpec]) -> Result<Calls> {
    let mut calls = answer.into_calls();
    let mut ids = HashSet::new();
    for (at, call) in calls.calls.iter_mut().enumerate() {
        // Some vendors give none.
        if call.id.is_empty() || !ids.insert(call.id.clone()) {
            call.id = format!("{}#{at}", call.name);
            ids.insert(call.id.clone());
        }
        call.problem = problem(call, tools)?;
    }
    Ok(calls)
}

fn problem(call: &ToolCall, tools: &[ToolSpec]) -> Result<Option<String>> {
    let Some(tool) = tools.iter().find(|tool| tool.name == call.name) else {
        let names: Vec<_> = tools
            .iter()
            .map(|tool| format!("`{}`", tool.name))
            .collect();
        return Ok(Some(format!(
            "there is no tool `{}`, only {}",
            call.name,
            names.join(", ")
        )));
    };
    let nothing = Map::new();
    let arguments = match &call.arguments {
        Value::Object(arguments) => arguments,
        // What is to be called with nothing is called with nothing.
        Value::Null => &nothing,
        other => {
            let kind = answer::kind_of(other);
            return Ok(Some(format!("the arguments are {kind}, not a JSON object")));
        }
    };
    let problem = match check(&tool.parameters, arguments, "the arguments") {
        // A schema of other people's that cannot be used: they look at the arguments themselves.
        Err(_) if tool.is_foreign => None,
        problem => problem?,
    };
    Ok(problem
        .map(|problem| format!("{problem}. Call it again with arguments that fit its schema")))
}
