//! A value that a JSON Schema lets through, for an example that can be copied.

use serde_json::{Map, Value, json};

/// Types within types are followed this far.
const DEEPEST: usize = 16;

/// A value of a schema, with no more in it than it needs. What the schema says by patterns alone is
/// not known here.
pub(crate) fn sample(schema: &Value) -> Value {
    Sampler(schema).value(schema, "text", 0)
}

struct Sampler<'s>(&'s Value);

impl Sampler<'_> {
    /// `name` is what a text is about.
    fn value(&self, schema: &Value, name: &str, depth: usize) -> Value {
        if let Some(given) = ["default", "const"].iter().find_map(|key| schema.get(key)) {
            return given.clone();
        }
        let example = |key: &str| schema.get(key)?.as_array()?.first().cloned();
        if let Some(given) = example("examples").or_else(|| example("enum")) {
            return given;
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        let target = schema.get("$ref").and_then(Value::as_str);
        if let Some(found) = target.and_then(|target| self.0.pointer(target.strip_prefix('#')?)) {
            return self.value(found, name, depth + 1);
        }
        for ways in ["oneOf", "anyOf", "allOf"] {
            if let Some(first) = schema.get(ways).and_then(|ways| ways.get(0)) {
                return self.value(first, name, depth + 1);
            }
        }
        let kind = match schema.get("type") {
            Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str),
            Some(kind) => kind.as_str(),
            None => None,
        };
        match kind {
            Some("string") => text(schema, name),
            Some("integer") => number(schema).map_or(json!(3), |number| json!(number as i64)),
            Some("number") => number(schema).map_or(json!(1.5), |number| json!(number)),
            Some("boolean") => json!(true),
            Some("array") => self.array(schema, name, depth),
            Some("object") => self.object(schema, depth),
            _ => Value::Null,
        }
    }

    fn array(&self, schema: &Value, name: &str, depth: usize) -> Value {
        if let Some(Value::Array(items)) = schema.get("prefixItems") {
            let items = items.iter().map(|item| self.value(item, name, depth + 1));
            return items.collect();
        }
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1);
        let item = schema.get("items").unwrap_or(&Value::Null);
        (0..least.clamp(1, 64))
            .map(|_| self.value(item, name, depth + 1))
            .collect()
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let needed = schema.get("required").and_then(Value::as_array);
        let needed = needed.into_iter().flatten().filter_map(Value::as_str);
        let fields = needed.map(|name| {
            let field = schema.get("properties").and_then(|all| all.get(name));
            let value = self.value(field.unwrap_or(&Value::Null), name, depth + 1);
            (name.to_owned(), value)
        });
        Value::Object(fields.collect::<Map<_, _>>())
    }
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
