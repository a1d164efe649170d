//! Literals, constants and calls; negative where the type is.
#![deny(warnings)]

use flock::{Agent, prelude::*};

const TOPIC: &str = "the sea";

/// Writes.
#[agent(input(
    topic: String = TOPIC,
    style: String = "plain, clear: short",
    depth: u8 = 255,
    shift: i64 = -1,
    share: f64 = 0.5,
    brief: bool = true,
    mark: char = '!',
    words: Vec<String> = vec!["a".to_owned(), String::from("b")],
    note: Option<String> = None,
    owner: Option<String> = Some("me".to_owned()),
    left_out: Option<u8>,
))]
struct Tokens;

/// Writes.
#[agent(
    input = "topic = \"the sea\", depth: u8 = 2 | how deep, shift: i32 = -3, brief: bool = false, owner: Option<u8> = Some(1)"
)]
struct Text;

pub(crate) fn main() {
    let Ok(input) = serde_json::from_str::<TokensInput>("{}") else {
        panic!("every input may be left out");
    };
    assert_eq!(
        (input.topic.as_str(), input.depth, input.shift),
        ("the sea", 255, -1)
    );
    assert_eq!(input.style, "plain, clear: short");
    assert_eq!((input.share, input.brief, input.mark), (0.5, true, '!'));
    assert_eq!(input.words, ["a", "b"]);
    assert_eq!(
        (input.note, input.owner, input.left_out),
        (None, Some("me".to_owned()), None)
    );
    let Ok(input) = serde_json::from_str::<TextInput>("{}") else {
        panic!("every input may be left out");
    };
    assert_eq!(
        (input.topic.as_str(), input.depth, input.shift),
        ("the sea", 2, -3)
    );
    assert_eq!((input.brief, input.owner), (false, Some(1)));
    assert!(Tokens::DESCRIPTOR.inputs.iter().all(|field| field.optional));
}
