//! A model that calls tools: it searches, asks a colleague, and may order something when a person agrees.
//!
//! ```text
//! cargo run --example tools                     # a scripted model, with no key: you are asked about the order
//! cargo run --example tools -- run library --yes
//! cargo run --example tools -- describe librarian
//! ```
//!
//! Each turn of the model and each call of a tool is a step of its own: kill a worker in the middle, and what
//! was answered is not asked, or paid, again. With `FLOCK_MODEL=openai/gpt-4o` a real model decides what to call.

use flock::{model::Scripted, prelude::*};

/// Searches the catalogue. Gives the titles that have the word in them.
#[tool(effect = "read", output = "titles: Vec<String>")]
async fn search(
    /// A word of the title.
    word: String,
) -> Result<Vec<String>> {
    let catalogue = ["The Lighthouse", "To the Lighthouse", "The Waves"];
    let has_it = |title: &&&str| title.to_lowercase().contains(&word.to_lowercase());
    Ok(catalogue
        .iter()
        .filter(has_it)
        .map(ToString::to_string)
        .collect())
}

/// Orders a book from the publisher, which costs money.
#[tool(effect = "write", needs_approval, output = "order: u32")]
async fn order(title: String, copies: u32) -> Result<u32> {
    match copies {
        1..=5 => Ok(7_000 + copies),
        // The model is told, and may call again.
        _ => Err(Error::invalid(format!(
            "{copies} copies of {title}: order 1 to 5"
        ))),
    }
}

/// Gives a reader's opinion of a book. Agents are tools too.
#[agent(output = "opinion: String")]
async fn reader(title: String) -> Result<String> {
    Ok(format!("{title} is long, and worth it"))
}

/// You run a library. Search before you answer, and order only what nobody has.
#[agent(
    model = "openai/gpt-4o",
    input = "wish: String = \"something about the sea\"",
    output = "answer: String",
    tools = [search, order, reader],
    max_turns = 8,
)]
struct Librarian;

/// Grants a reader's wish.
#[flock(start = Librarian)]
struct Library;

/// What the model says where no key is at hand.
const SCRIPT: &str = r#"{ "librarian": [
    { "calls": [
        { "tool": "search", "arguments": { "word": "light" } },
        { "tool": "reader", "arguments": { "title": "The Waves" } }
    ] },
    { "calls": [{ "tool": "order", "arguments": { "title": "Orlando", "copies": 1 } }] },
    { "answer": { "answer": "For {{wish}}: The Waves, and Orlando is on its way." } }
] }"#;

fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
    match std::env::var_os("OPENAI_API_KEY") {
        Some(_) => Ok(builder),
        None => Ok(builder.model("openai", Scripted::from_json(SCRIPT)?)),
    }
}

flock::main!(setup);
