use flock::prelude::*;

/// Writes.
#[agent(input = "topic", output = "")]
struct Writer;

fn main() {}
