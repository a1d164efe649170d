//! A value that a JSON Schema lets through, for an example that can be copied.

use serde_json::{Map, Value, json};

use super::node::{DEEPEST, Node};

/// A value of a schema, with no more in it than it needs. What the schema says by patterns alone is
/// not known here.
pub(crate) fn sample(schema: &Value) -> Value {
    value(Node::root(schema), schema, "text", 0)
}

/// A value of `schema`, which stands somewhere in that of `node`; `name` is what a text is about.
fn value(node: Node<'_>, schema: &Value, name: &str, depth: usize) -> Value {
    let node = node.at(schema);
    // What is said beside a reference goes before what is said where it leads.
    if let Some(given) = [schema, node.value].into_iter().find_map(given) {
        return given;
    }
    if depth > DEEPEST {
        return Value::Null;
    }
    let all = node.get("allOf").and_then(Value::as_array);
    let first = node
        .ways()
        .or(all.map(Vec::as_slice))
        .and_then(<[_]>::first);
    if let Some(first) = first {
        return value(node, first, name, depth + 1);
    }
    match node.types().next() {
        Some("string") => text(node.value, name),
        Some("integer") => number(node.value).map_or(json!(3), |number| json!(number as i64)),
        Some("number") => number(node.value).map_or(json!(1.5), |number| json!(number)),
        Some("boolean") => json!(true),
        Some("array") => array(node, name, depth),
        Some("object") => object(node, depth),
        _ => Value::Null,
    }
}

/// The value that a schema itself gives.
fn given(schema: &Value) -> Option<Value> {
    let alone = ["default", "const"].iter().find_map(|key| schema.get(key));
    let first = |key: &str| schema.get(key)?.as_array()?.first();
    alone
        .or_else(|| first("examples"))
        .or_else(|| first("enum"))
        .cloned()
}

fn array(node: Node<'_>, name: &str, depth: usize) -> Value {
    if let Some(Value::Array(items)) = node.get("prefixItems") {
        let items = items.iter().map(|item| value(node, item, name, depth + 1));
        return items.collect();
    }
    let least = node.get("minItems").and_then(Value::as_u64).unwrap_or(1);
    let item = node.get("items").unwrap_or(&Value::Null);
    (0..least.clamp(1, 64))
        .map(|_| value(node, item, name, depth + 1))
        .collect()
}

fn object(node: Node<'_>, depth: usize) -> Value {
    let fields = node.declared().into_iter();
    let needed = fields.filter(|(name, _)| node.requires(name));
    let needed = needed.map(|(name, schema)| {
        let value = value(node, schema, name, depth + 1);
        (name.clone(), value)
    });
    Value::Object(needed.collect::<Map<_, _>>())
}

fn text(schema: &Value, name: &str) -> Value {
    let format = schema.get("format").and_then(Value::as_str);
    match format {
        Some("date-time") => json!("2026-03-01T09:00:00Z"),
        Some("date") => json!("2026-03-01"),
        Some("time" | "partial-time") => json!("09:00:00"),
        Some("partial-date-time") => json!("2026-03-01T09:00:00"),
        Some("duration") => json!("PT90S"),
        Some("uuid") => json!("67e55044-10b1-426f-9247-bb680e5fe0c8"),
        Some("uri") => json!("https://example.com/"),
        Some("ip" | "ipv4") => json!("192.0.2.1"),
        Some("ipv6") => json!("2001:db8::1"),
        _ => match schema.get("maxLength").and_then(Value::as_u64) {
            Some(1) => json!("a"),
            _ => json!(format!("some {}", name.replace('_', " "))),
        },
    }
}

/// One within the bounds, where there are any that 3 and 1.5 may not be in.
fn number(schema: &Value) -> Option<f64> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let least = bound("minimum").or(bound("exclusiveMinimum").map(|least| least + 1.0));
    let most = bound("maximum").or(bound("exclusiveMaximum").map(|most| most - 1.0));
    match (least, most) {
        (Some(least), _) if least > 1.5 => Some(least.ceil()),
        (_, Some(most)) if most < 3.0 => Some(most.floor()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::{JsonSchema, schema_for};
    use serde::{Deserialize, de::DeserializeOwned};

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code, reason = "read, and thrown away")]
    struct Trip {
        main_topic: String,
        days: u8,
        rating: f32,
        by_night: bool,
        stops: Vec<Stop>,
        class: Class,
        notes: Option<String>,
        pair: (u8, String),
        letter: char,
        prices: BTreeMap<String, u32>,
        #[serde(default)]
        rounds: i64,
        kind: Kind,
        limit: std::num::NonZeroU16,
    }

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code, reason = "read, and thrown away")]
    struct Stop {
        city: String,
        next: Option<Box<Stop>>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[allow(dead_code, reason = "read, and thrown away")]
    enum Class {
        First,
        Second,
    }

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code, reason = "read, and thrown away")]
    enum Kind {
        Plain { weeks: u8 },
        Other(String),
    }

    fn of<T: JsonSchema + DeserializeOwned>() -> Value {
        let value = sample(&schema_for!(T).to_value());
        let read = serde_json::from_value::<T>(value.clone());
        assert!(read.is_ok(), "{value}: {:?}", read.err());
        value
    }

    #[test]
    fn a_sample_is_one_of_its_type() {
        let trip = of::<Trip>();
        assert_eq!(trip["main_topic"], "some main topic");
        assert_eq!(trip["stops"], json!([{ "city": "some city" }]));
        assert_eq!(trip["class"], "first");
        assert!(trip.get("notes").is_none(), "{trip}");
        assert_eq!(of::<u64>(), 3);
        assert_eq!(of::<Option<i8>>(), 3);
        assert_eq!(of::<Vec<String>>(), json!(["some text"]));
        assert_eq!(of::<()>(), Value::Null);
    }
}
