//! The three forms of inputs and outputs, and what is inferred.
#![deny(warnings, missing_docs)]

use flock::{FlockType, Shape, prelude::*};

/// A string with everything.
#[agent(
    input = "topic: String | What to look for, briefly, depth: u8 = 2 | \"How far: 1 to 5\", tone = \"dry\", note: Option<String>",
    output = "findings: std::vec::Vec<String>"
)]
pub struct Stringly;

/// The same with tokens.
#[agent(
    input(
        /// What to look for, briefly
        topic: String,
        /// How far: 1 to 5
        depth: u8 = 2,
        tone: String = "dry",
        note: Option<String>,
    ),
    output(findings: std::vec::Vec<String>),
)]
pub struct Tokenly;

/// A ticket.
#[flock_type]
#[derive(Debug, Clone)]
pub struct Ticket {
    /// In a line.
    subject: String,
    #[serde(rename = "prio", default)]
    priority: u8,
    #[serde(skip)]
    _cache: Vec<u8>,
    r#type: Option<String>,
}

/// What it is about.
#[flock_type]
#[derive(Debug, Clone)]
pub enum Topic {
    /// Money.
    Billing,
    /// The rest.
    Other,
}

/// Takes a type and gives another.
#[agent(input = Ticket, output = Topic)]
pub struct Typed;

/// Takes a type whole.
#[agent(input = Ticket)]
pub async fn whole(ticket: Ticket) -> Result<Topic> {
    match ticket.subject.contains("bill") {
        true => Ok(Topic::Billing),
        false => Ok(Topic::Other),
    }
}

/// Nothing in, nothing out.
#[agent]
pub async fn idle() -> Result<()> {
    Ok(())
}

/// Described where they are taken.
#[agent(output = "left: String, right: u8")]
pub async fn split(
    /// What to split
    text: String,
    mut at: u8,
) -> Result<(String, u8)> {
    at += 1;
    Ok((text, at))
}

/// Gives its struct.
#[agent(input = "text: String | The text", output(left: String, right: u8))]
pub async fn split_named(text: String) -> Result<SplitNamedOutput> {
    Ok(SplitNamedOutput {
        left: text,
        right: 1,
    })
}

/// A result of another name, and an error of its own.
type Fallible<T> = std::result::Result<T, std::num::ParseIntError>;

#[agent]
async fn number(text: String) -> Fallible<u8> {
    text.parse()
}

#[agent]
async fn boxed(text: String) -> std::result::Result<u8, std::num::ParseIntError> {
    number(text).await
}

/// Types of one's own, also where they may be left out.
#[agent(input(ticket: Ticket, other: Option<Ticket>, topic: Topic = Topic::Other))]
pub async fn own(ticket: Ticket, other: Option<Ticket>, topic: Topic) -> Result<bool> {
    let _ = topic;
    Ok(other.is_some_and(|other| other.subject == ticket.subject))
}

fn fields<T: FlockType>() -> Vec<(&'static str, &'static str, &'static str, bool)> {
    match T::SHAPE {
        Shape::Fields(fields) => fields
            .iter()
            .map(|field| (field.name, field.ty, field.description, field.optional))
            .collect(),
        _ => Vec::new(),
    }
}

pub(crate) fn main() {
    let expected = [
        ("topic", "String", "What to look for, briefly", false),
        ("depth", "u8", "How far: 1 to 5", true),
        ("tone", "String", "", true),
        ("note", "Option<String>", "", true),
    ];
    assert_eq!(fields::<StringlyInput>(), expected);
    assert_eq!(fields::<TokenlyInput>(), expected);
    assert_eq!(
        fields::<StringlyOutput>(),
        [("findings", "Vec<String>", "", false)]
    );
    assert_eq!(
        fields::<Ticket>(),
        [
            ("subject", "String", "In a line.", false),
            ("prio", "u8", "", true),
            ("type", "Option<String>", "", true),
        ]
    );
    assert!(fields::<Topic>().is_empty());
    assert_eq!(
        fields::<SplitInput>(),
        [
            ("text", "String", "What to split", false),
            ("at", "u8", "", false)
        ]
    );
    assert_eq!(
        fields::<SplitNamedInput>(),
        [("text", "String", "The text", false)]
    );
    assert!(fields::<IdleInput>().is_empty());

    let input = TokenlyInput::from((String::from("rust"), 3, String::from("dry"), None));
    assert_eq!(input.topic, "rust");
    assert_eq!(SplitNamedInput::from("literal").text, "literal");
    let SplitOutput { left, right } = (String::new(), 1).into();
    assert_eq!((left.len(), right), (0, 1));
    let json = serde_json::json!({ "ticket": { "subject": "s", "type": null } });
    let Ok(own) = serde_json::from_value::<OwnInput>(json) else {
        panic!()
    };
    assert_eq!(
        (own.ticket.subject.as_str(), own.other.is_none()),
        ("s", true)
    );
    assert!(matches!(own.topic, Topic::Other));
    let schema = flock::__private::schemars::schema_for!(OwnInput);
    assert_eq!(schema.as_value()["required"], serde_json::json!(["ticket"]));
    let Ok(json) = serde_json::to_value(&own) else {
        panic!()
    };
    assert_eq!(json["ticket"]["prio"], 0);

    let _ = <whole as flock::Agent>::DESCRIPTOR;
    let outputs = <boxed as flock::Agent>::DESCRIPTOR.outputs;
    assert_eq!((outputs[0].name, outputs[0].ty), ("boxed", "u8"));
}
