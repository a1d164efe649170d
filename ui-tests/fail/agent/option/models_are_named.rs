use flock::prelude::*;

/// You find.
#[agent(model = [])]
struct Finder;

fn main() {}
