//! A flock as a tool.

use std::sync::Arc;

use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool};
use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::{
    error::RunError,
    flock::entry::FlockEntry,
    value::{flock_type::Shape, payload::Payload},
};

/// The key of what has no field names: tools take objects, and older clients are given nothing else.
const VALUE: &str = "value";

pub(super) fn tool(flock: &FlockEntry, starts: bool) -> Tool {
    let description = flock.descriptor.description;
    let mut tool = Tool::default();
    tool.name = flock.descriptor.name.into();
    tool.description = Some(match (description, starts) {
        ("", false) => "A flock.".into(),
        (said, false) => said.into(),
        (said, true) => format!("{said}\n\nStarts a run, and gives its id at once: ask `run_status` and `run_result` for it.").into(),
    });
    tool.input_schema = Arc::new(input(flock));
    tool.output_schema = (!starts).then(|| Arc::new(output(flock)));
    tool
}

fn input(flock: &FlockEntry) -> JsonObject {
    let schema = (flock.input_schema)();
    match flock.input {
        Shape::Fields(_) => bare(schema),
        Shape::Value => match schema.get("type") {
            // What takes nothing.
            Some(Value::String(null)) if null == "null" => {
                JsonObject::from_iter([("type".to_owned(), json!("object"))])
            }
            _ => wrapped(schema),
        },
    }
}

fn output(flock: &FlockEntry) -> JsonObject {
    let schema = (flock.output_schema)();
    match is_object(&schema) {
        true => bare(schema),
        false => wrapped(schema),
    }
}

fn is_object(schema: &Schema) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
}

fn bare(mut schema: Schema) -> JsonObject {
    schema.remove("title");
    match schema.to_value() {
        Value::Object(object) => object,
        _ => JsonObject::from_iter([("type".to_owned(), json!("object"))]),
    }
}

fn wrapped(mut schema: Schema) -> JsonObject {
    let definitions = schema.remove("$defs");
    schema.remove("$schema");
    let mut object =
        json!({ "type": "object", "properties": { VALUE: schema }, "required": [VALUE] });
    if let Some(definitions) = definitions {
        object["$defs"] = definitions;
    }
    match object {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

/// What a flock is started with by a call.
pub(super) fn arguments(flock: &FlockEntry, given: Option<JsonObject>) -> Value {
    let given = given.unwrap_or_default();
    match flock.input {
        Shape::Fields(_) => Value::Object(given),
        Shape::Value => given.get(VALUE).cloned().unwrap_or_default(),
    }
}

/// What becomes of a run, as the result of the call.
pub(super) fn result(
    flock: Option<&FlockEntry>,
    outcome: Result<Payload, RunError>,
) -> CallToolResult {
    let value = outcome.and_then(|payload| {
        payload
            .decode::<Value>()
            .map_err(|error| RunError::value(&error))
    });
    match value {
        Ok(value) => {
            let text = match &value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let is_object = flock.is_none_or(|flock| is_object(&(flock.output_schema)()));
            let structured = match is_object {
                true => value,
                false => Value::Object(Map::from_iter([(VALUE.to_owned(), value)])),
            };
            let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
            result.structured_content = Some(structured);
            result
        }
        Err(error) => CallToolResult::error(vec![ContentBlock::text(error.to_string())]),
    }
}
