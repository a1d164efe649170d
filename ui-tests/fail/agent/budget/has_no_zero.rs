use flock::prelude::*;

/// You find.
#[agent(model = "openai/gpt-4o", budget(tokens = 0))]
struct Finder;

fn main() {}
