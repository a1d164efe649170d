use flock::prelude::*;

/// Writes.
#[agent(max_turns = 3)]
struct Writer;

fn main() {}
