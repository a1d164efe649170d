use flock::prelude::*;

/// Writes.
#[agent(instructions = "")]
struct Writer;

fn main() {}
