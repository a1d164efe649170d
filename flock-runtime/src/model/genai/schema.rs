//! A schema as vendors take it. Answers are checked against the whole one all the same.

use genai::adapter::AdapterKind;
use schemars::{
    Schema,
    transform::{RecursiveTransform, Transform},
};
use serde_json::Value;

/// String formats that structured output knows. Others, and those of numbers such as `uint8`, are
/// refused.
const FORMATS: [&str; 9] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "time",
    "uuid",
];

/// What Anthropic refuses.
const LIMITS: [&str; 9] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maximum",
    "maxItems",
    "maxLength",
    "minimum",
    "minItems",
    "minLength",
    "multipleOf",
];

pub(super) fn sent(schema: &Schema, protocol: AdapterKind) -> Value {
    let mut sent = schema.clone();
    RecursiveTransform(move |part: &mut Schema| {
        let format = part.get("format").and_then(Value::as_str);
        if format.is_some_and(|format| !FORMATS.contains(&format)) {
            part.remove("format");
        }
        if protocol == AdapterKind::Anthropic {
            for limit in LIMITS {
                part.remove(limit);
            }
        }
    })
    .transform(&mut sent);
    // Words that are paid for in each turn: which draft it is vendors know, and a type's name stands beside it as the
    // agent's or the tool's.
    sent.remove("$schema");
    let title = sent.get("title").and_then(Value::as_str);
    if title.is_some_and(|title| !title.contains(' ')) {
        sent.remove("title");
    }
    sent.to_value()
}
