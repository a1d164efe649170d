use flock::prelude::*;

/// You summarise.
#[agent(
    template = "Summarise {txt} in {words} words.",
    model = "openai/gpt-4o",
    input(text: String, words: u32),
)]
struct Summarizer;

fn main() {}
