use flock::prelude::*;

/// You find.
#[agent(model = "openai/gpt-4o", budget(tokens = 5000, on_exceeded = "wait"))]
struct Finder;

fn main() {}
