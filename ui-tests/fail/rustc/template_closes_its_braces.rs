use flock::prelude::*;

/// You summarise.
#[agent(model = "openai/gpt-4o", template = "Summarise {text, shortly.", input(text: String))]
struct Summarizer;

fn main() {}
