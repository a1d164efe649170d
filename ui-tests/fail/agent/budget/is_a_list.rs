use flock::prelude::*;

/// You find.
#[agent(model = "openai/gpt-4o", budget = 5000)]
struct Finder;

fn main() {}
