use flock::prelude::*;

/// You find.
#[agent(model = "openai/gpt-4o", budget(on_exceeded = "park"))]
struct Finder;

fn main() {}
