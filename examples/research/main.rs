//! A model researches a topic and hands its findings to a function that sums them up.
//!
//! ```text
//! cargo run --example research
//! cargo run --example research -- run research --input topic="lighthouses"
//! ```
//!
//! The model is scripted: it answers from `answers.json`, so the example needs no key. To ask a
//! real one, name it: `FLOCK_MODEL=openai/gpt-4o OPENAI_API_KEY=… cargo run --example research`.

use flock::{model::Scripted, prelude::*};

/// You are a meticulous researcher. Report what is known about the topic, one fact a sentence, and
/// name the source of each in brackets.
#[agent(
    input(
        /** The topic to research */
        topic: String,
    ),
    output(
        /** Research findings, one fact a sentence */
        findings: String,
    ),
    model = "scripted/answers",
    retries = 3,
    hand_off = summarizer,
)]
struct Researcher;

/// Keeps the first three sentences of the findings.
#[agent(output = "summary: String | Concise summary", timeout = "1m")]
async fn summarizer(findings: String) -> Result<String> {
    let sentences: Vec<&str> = findings
        .split_inclusive(". ")
        .take(3)
        .map(str::trim)
        .collect();
    Ok(sentences.join(" "))
}

/// Research a topic, then sum it up.
#[flock(
    start = Researcher,
    input(/** The topic to research */ topic: String = "durable execution"),
    task_queue = "research",
    timeout = "30m",
)]
struct Research;

fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
    let answers = Scripted::from_json(include_str!("answers.json"))?;
    Ok(builder.model("scripted", answers))
}

flock::main!(setup);
