use flock::prelude::*;

/// Writes.
#[agent(input(topic: String = 5))]
struct Writer;

fn main() {}
