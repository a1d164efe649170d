//! Two agents read a text: one finds its key terms, one picks the sentences that carry them.
//!
//! ```text
//! cargo run --example quickstart
//! ```
//!
//! No server and no key: the agents are plain Rust, and the run happens in this process. The same
//! binary serves Temporal: `cargo run --example quickstart -- dev`, then, in another terminal,
//! `cargo run --example quickstart -- run digest --engine temporal`.

use std::collections::HashMap;

use flock::prelude::*;

/// Where the text is, unless `--input path=…` says otherwise.
const TEXT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/examples/quickstart/lighthouses.txt"
);

/// Reads a text and finds the words it speaks of most.
#[agent(
    output(
        /** The text, as it was read */
        text: String,
        /** Its key terms, the most frequent first */
        terms: Vec<String>,
    ),
    hand_off = summarizer,
)]
async fn reader(path: String) -> Result<(String, Vec<String>)> {
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Error::not_found(format!("cannot read {path}: {error}")))?;
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in words(&text).filter(|word| word.len() > 4) {
        *counts.entry(word).or_default() += 1;
    }
    let mut terms: Vec<_> = counts.into_iter().collect();
    terms.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let terms = terms.into_iter().take(8).map(|(term, _)| term);
    Ok((text, terms.collect()))
}

/// Picks the three sentences that hold most of the key terms, in the order of the text.
#[agent(
    output = "summary: String | The text in three of its own sentences",
    timeout = "1m"
)]
async fn summarizer(text: String, terms: Vec<String>) -> Result<String> {
    let sentences: Vec<&str> = text.split_inclusive(". ").map(str::trim).collect();
    let weight = |sentence: &str| words(sentence).filter(|word| terms.contains(word)).count();
    let mut best: Vec<usize> = (0..sentences.len()).collect();
    best.sort_by_key(|&at| std::cmp::Reverse(weight(sentences[at])));
    best.truncate(3);
    best.sort_unstable();
    let picked: Vec<&str> = best.into_iter().map(|at| sentences[at]).collect();
    Ok(picked.join(" "))
}

/// Sums up a text file.
#[flock(start = reader, input(/** The file to read */ path: String = TEXT))]
struct Digest;

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

flock::main!();
