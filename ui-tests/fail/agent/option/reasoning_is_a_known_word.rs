use flock::prelude::*;

/// You find.
#[agent(model = "openai/gpt-4o", reasoning = "deep")]
struct Finder;

fn main() {}
