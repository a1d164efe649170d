use flock::prelude::*;

/// Writes.
#[agent(input = "topic", output(text: String = "none"))]
struct Writer;

fn main() {}
