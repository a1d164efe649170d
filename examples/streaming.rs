//! A story as it is told: what a model says reaches the terminal while it says it.
//!
//! ```text
//! cargo run --example streaming                  # the text grows behind the agent at work
//! cargo run --example streaming -- run story --stream 2> said.txt
//! cargo run --example streaming -- run story --json --stream
//! ```
//!
//! On Temporal it does so in another process: `start story`, and `status ID --watch`. Nothing of it is in the
//! run's history. The model is scripted; with `FLOCK_MODEL=openai/gpt-4o` a real one tells the story.

use flock::{model::Scripted, prelude::*};

/// You tell stories of a few sentences, for children.
#[agent(
    model = "scripted/story",
    input = "about: String = \"a lighthouse\"",
    output = "story: String",
    hand_off = narrator
)]
struct Storyteller;

/// Counts the words of a story, page by page.
#[agent(output = "words: usize")]
async fn narrator(ctx: AgentContext, story: String) -> Result<usize> {
    let mut words = 0;
    for page in story.split_inclusive(". ") {
        words += page.split_whitespace().count();
        // Functions say how far they are in the same way.
        ctx.stream(format!("{words} words so far\n"));
    }
    Ok(words)
}

/// Tells a story, and how long it is.
#[flock(start = Storyteller)]
struct Story;

/// What the model says where no other is named, a word every 60 ms.
const SCRIPT: &str = r#"{ "storyteller": [{ "pace": "60ms", "answer":
    "Once there was {{about}} that was afraid of the dark. Each evening it lit itself a lamp. Far out, the ships saw it, and came home."
}] }"#;

fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
    Ok(builder.model("scripted", Scripted::from_json(SCRIPT)?))
}

flock::main!(setup);
