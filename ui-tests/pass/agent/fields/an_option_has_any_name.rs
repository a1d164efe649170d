//! What may be left out is known by its type.
#![deny(warnings)]

use flock::{Agent, prelude::*};

type Maybe<T> = Option<T>;

#[agent(output = "text: String, rest: Maybe<u8>")]
async fn writer(
    topic: String,
    note: Maybe<String>,
    list: Vec<Option<u8>>,
) -> Result<(String, Maybe<u8>)> {
    Ok((
        topic + &note.unwrap_or_default(),
        list.first().copied().flatten(),
    ))
}

// Nothing gives the note.
#[flock(start = writer, input(topic: String, list: Vec<Option<u8>>), output(text: String))]
struct Desk;

#[flock(schedule = "@daily")]
async fn daily(ctx: FlockContext, topic: Maybe<String>) -> Result<String> {
    let topic = topic.unwrap_or_default();
    Ok(ctx.run::<writer>((topic, None, Vec::new())).await?.text)
}

pub(crate) fn main() {
    let optional = |fields: &[flock::Field]| -> Vec<bool> {
        fields.iter().map(|field| field.optional).collect()
    };
    assert_eq!(optional(writer::DESCRIPTOR.inputs), [false, true, false]);
    assert_eq!(optional(writer::DESCRIPTOR.outputs), [false, true]);
    let Ok(input) = serde_json::from_str::<WriterInput>(r#"{ "topic": "t", "list": [] }"#) else {
        panic!("the note may be left out");
    };
    assert!(input.note.is_none());
    let schema = flock::__private::schemars::schema_for!(WriterInput);
    assert_eq!(
        schema.as_value()["required"],
        serde_json::json!(["topic", "list"])
    );
}
