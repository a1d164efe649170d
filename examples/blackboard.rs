//! A newsroom on a blackboard: nobody knows of anybody else, and each works when the facts are there.
//!
//! ```text
//! cargo run --example blackboard                     # scripted models, with no key
//! cargo run --example blackboard -- run newsroom --input tip="the harbour is closed"
//! cargo run --example blackboard -- run newsroom --engine temporal   # with a server: kill a worker, and nothing is lost
//! ```
//!
//! A tip has a desk plan questions; each question goes to a reporter, two at a time. What the reporters found is
//! checked, and a finding and its check are joined by their number. All that holds goes to an editor, in one batch.

use flock::{model::Scripted, prelude::*};

/// What somebody has heard.
#[flock_type]
#[derive(Debug, Clone)]
struct Tip {
    text: String,
}

/// What is to be found out.
#[flock_type]
#[derive(Debug, Clone)]
struct Question {
    number: u32,
    text: String,
}

/// What a reporter found.
#[flock_type]
#[derive(Debug, Clone)]
struct Finding {
    number: u32,
    text: String,
}

/// Whether it holds.
#[flock_type]
#[derive(Debug, Clone)]
struct Check {
    number: u32,
    holds: bool,
}

/// You plan a story: which questions have to be answered?
#[agent(model = "openai/gpt-4o", input = Tip, output = "questions: Vec<Question>")]
struct Desk;

/// You find out what is asked, and say it in one sentence.
#[agent(model = "openai/gpt-4o", input = Question, output = Finding)]
struct Reporter;

/// Looks whether a finding says anything.
#[agent(input = Finding, output = Check)]
async fn checker(finding: Finding) -> Result<Check> {
    Ok(Check {
        number: finding.number,
        holds: !finding.text.contains("it is said"),
    })
}

/// You write a story of what was found.
#[agent(
    model = "openai/gpt-4o",
    input = "findings: Vec<String>",
    output = "story: String"
)]
struct Editor;

/// A finding that was checked, and holds.
#[flock_type]
#[derive(Debug, Clone)]
struct Fit {
    text: String,
}

/// From a tip to a story.
#[flock]
async fn newsroom(
    ctx: FlockContext,
    /// What somebody has heard
    tip: Option<String>,
) -> Result<String> {
    let mut board = ctx.blackboard();
    board
        .on::<Tip>()
        .run::<Desk>()
        .publish(|plan| plan.questions);
    board.on::<Question>().run::<Reporter>().concurrency(2);
    board.on::<Finding>().run::<checker>();
    board
        .join::<(Finding, Check)>()
        .by(|finding| finding.number, |check| check.number)
        .when(|_, check| check.holds)
        .does("archive", async |_, (finding, _)| {
            Ok(Fit { text: finding.text })
        });
    board
        .batch::<Fit>(10)
        .map(|found| found.into_iter().map(|fit| fit.text).collect::<Vec<_>>())
        .run::<Editor>();

    board.publish(Tip {
        text: tip.unwrap_or_else(|| "the lighthouse is dark".to_owned()),
    });
    Ok(board.until::<EditorOutput>().await?.story)
}

/// What the models say where no key is at hand.
const SCRIPT: &str = r#"{
    "desk": [{ "answer": { "questions": [
        { "number": 1, "text": "Since when?" },
        { "number": 2, "text": "Why?" },
        { "number": 3, "text": "Who has seen it?" }
    ] } }],
    "reporter": [
        { "when": { "number": 1 }, "answer": { "number": 1, "text": "Since Monday." } },
        { "when": { "number": 2 }, "answer": { "number": 2, "text": "The lamp is broken." } },
        { "answer": { "number": 3, "text": "The keeper, it is said." } }
    ],
    "editor": [{ "answer": { "story": "Dark since Monday: the lamp is broken." } }]
}"#;

fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
    match std::env::var_os("OPENAI_API_KEY") {
        Some(_) => Ok(builder),
        None => Ok(builder.model("openai", Scripted::from_json(SCRIPT)?)),
    }
}

flock::main!(setup);
