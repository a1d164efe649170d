use flock::prelude::*;

/// You find.
#[agent(model = "openai/gpt-4o", budget(cost = "two"))]
struct Finder;

fn main() {}
