//! The JSON Schema of the file, for editors: draft 7, which those of TOML read.

use serde_json::{Value, json};

use super::{Row, Shape};

/// The schema of a file whose keys are `rows`, for a program with these agents.
pub(crate) fn document(rows: &[Row], agents: &[&str]) -> Value {
    let mut document = section(rows);
    // A section for an agent that there is not is an error, so editors offer those that there are.
    if let Some(known) = document["properties"].get_mut("agents") {
        let one = known["additionalProperties"].take();
        let named = agents
            .iter()
            .map(|name| ((*name).to_owned(), json!({ "$ref": "#/definitions/agent" })));
        known["properties"] = named.collect();
        known["patternProperties"] = json!({ r"\*$": { "$ref": "#/definitions/agent" } });
        known["additionalProperties"] = json!(false);
        document["definitions"] = json!({ "agent": one });
    }
    document["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    document["title"] = json!("flock.toml");
    document
}

fn section(rows: &[Row]) -> Value {
    let properties: serde_json::Map<_, _> = rows
        .iter()
        .map(|row| {
            let mut schema = schema(&row.shape);
            let built_in = match row.built_in {
                "" => String::new(),
                text => format!(" Built in: {text}."),
            };
            schema["description"] = json!(format!("{}{built_in}", row.what));
            (row.key.to_owned(), schema)
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn schema(shape: &Shape) -> Value {
    match shape {
        Shape::Text | Shape::Path => json!({ "type": "string" }),
        Shape::Duration => {
            json!({ "type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)?(ms|s|m|h|d)\s*$" })
        }
        Shape::Dollars => json!({ "type": "string", "pattern": r"^\s*\$?[0-9]+(\.[0-9]+)?\s*$" }),
        Shape::Size => json!({ "type": "string", "pattern": r"^\s*[0-9]+\s*(B|KiB|MiB|GiB)\s*$" }),
        Shape::Variable => {
            json!({ "type": "string", "pattern": r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$" })
        }
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole { least, most } => match *most == i64::MAX {
            true => json!({ "type": "integer", "minimum": least }),
            false => json!({ "type": "integer", "minimum": least, "maximum": most }),
        },
        Shape::Decimal { least, most } => match most.is_infinite() {
            true => json!({ "type": "number", "minimum": least }),
            false => json!({ "type": "number", "minimum": least, "maximum": most }),
        },
        Shape::Pollers => {
            let bounds = json!({ "type": "string", "pattern": r"^\s*[0-9]+\s*(\.\.\s*[0-9]+\s*(:\s*[0-9]+\s*)?)?$" });
            json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, bounds] })
        }
        Shape::Words(words) => json!({ "enum": words }),
        Shape::List(of) => json!({ "type": "array", "items": schema(of) }),
        Shape::OneOrList(of) => {
            let one = schema(of);
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        Shape::Map(of) => json!({ "type": "object", "additionalProperties": schema(of) }),
        Shape::Section(rows) => section(rows),
        Shape::File => json!({ "$ref": "#" }),
        Shape::Any => json!({}),
    }
}
