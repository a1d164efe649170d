//! Commas and colons, quoted where a field might begin; names that are keywords elsewhere.
#![deny(warnings)]

use flock::{Agent, prelude::*};

/// Writes.
#[agent(
    input = "topic: String | what to look for, and where, r#type | \"in short: a kind, depth: any\", list: Vec<u8>, none | nothing, rest: Option<bool> | None of it",
    output(/** Text, whole: no notes */ text: String)
)]
struct Writer;

pub(crate) fn main() {
    let inputs = Writer::DESCRIPTOR.inputs.iter();
    let said: Vec<_> = inputs
        .map(|field| (field.name, field.description))
        .collect();
    let expected = [
        ("topic", "what to look for, and where"),
        ("type", "in short: a kind, depth: any"),
        ("list", ""),
        ("none", "nothing"),
        ("rest", "None of it"),
    ];
    assert_eq!(said, expected);
    assert_eq!(
        Writer::DESCRIPTOR.outputs[0].description,
        "Text, whole: no notes"
    );
}
