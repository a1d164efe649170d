use flock::prelude::*;

/// You find.
#[agent(model = "openai/gpt-4o", budget(cost = 2.50))]
struct Finder;

fn main() {}
