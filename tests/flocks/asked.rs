//! Struct agents, answered by a script.

use flock::prelude::*;

use super::flowing::{billing, support};

/// The script: what the model says to whom.
pub(crate) const ANSWERS: &str = r#"{
    "dispatcher": [
        { "when": { "ticket": "late" }, "answer": { "class": "money", "hand_off": "billing" } },
        { "when": { "ticket": "down" }, "answer": { "class": "trouble", "hand_off": "support" } },
        { "when": { "ticket": "odd" }, "answer": { "class": "x", "hand_off": "nobody" } }
    ],
    "grader": [
        { "when": { "text": "fine" }, "answer": { "grade": 9 } },
        { "when": { "text": "dear" }, "answer": { "grade": 10 },
          "usage": { "input_tokens": 900, "output_tokens": 100, "micro_dollars": 2500 } },
        { "when": { "text": "twice" }, "answer": "I would say nine out of ten." },
        { "when": { "text": "twice" }, "answer": { "grade": 8 } },
        { "when": { "text": "never" }, "answer": { "grade": "nine" } },
        { "when": { "text": "busy" },
          "fail": { "kind": "rate_limited", "message": "slow down", "retry_after": "50ms" } },
        { "when": { "text": "busy" }, "answer": { "grade": 7 } },
        { "when": { "text": "locked" }, "fail": { "kind": "denied", "message": "no key" } }
    ]
}"#;

/// Send the ticket to whom it concerns.
#[agent(
    input = "ticket: String",
    output = "class: String",
    model = "scripted/answers",
    retries = 0,
    hand_off(model, among = [billing, support]),
)]
pub(crate) struct Dispatcher;

/// The model decides who is next.
#[flock(start = Dispatcher)]
pub(crate) struct Dispatch;

/// Grade the text from 0 to 10.
#[agent(
    input = "text: String",
    output = "grade: u8",
    model = "scripted/answers",
    retries = 1,
    retry(initial = "10ms")
)]
pub(crate) struct Grader;

/// One answer of a model.
#[flock(start = Grader)]
pub(crate) struct Grade;
