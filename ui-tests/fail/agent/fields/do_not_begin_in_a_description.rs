use flock::prelude::*;

/// Writes.
#[agent(input = "topic: String | What to look for, note: be precise, depth: u8")]
struct Writer;

fn main() {}
