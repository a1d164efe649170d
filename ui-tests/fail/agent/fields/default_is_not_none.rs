use flock::prelude::*;

/// Writes.
#[agent(input(topic: String = None))]
struct Writer;

fn main() {}
