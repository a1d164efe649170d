use flock::prelude::*;

/// You summarise.
#[agent(model = "openai/gpt-4o", template = "", input(text: String))]
struct Summarizer;

fn main() {}
