use flock::prelude::*;

/// You are a researcher.
#[agent(max_turns = 3)]
struct Researcher;

fn main() {}
