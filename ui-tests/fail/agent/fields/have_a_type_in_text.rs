use flock::prelude::*;

/// Writes.
#[agent(input = "topic: , depth: u8")]
struct Writer;

fn main() {}
