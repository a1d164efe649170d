use flock::prelude::*;

/// You find.
#[agent(model = "openai/gpt-4o", tokens = 5000)]
struct Finder;

fn main() {}
