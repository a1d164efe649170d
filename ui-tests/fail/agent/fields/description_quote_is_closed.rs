use flock::prelude::*;

/// Writes.
#[agent(input = "topic: String | \"What to look for, depth: u8")]
struct Writer;

fn main() {}
