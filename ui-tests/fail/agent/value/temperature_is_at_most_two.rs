use flock::prelude::*;

/// Writes.
#[agent(input = "topic", temperature = 3)]
struct Writer;

fn main() {}
