use flock::prelude::*;

/// Writes.
#[agent(input(topic: String,, depth: u8))]
struct Writer;

fn main() {}
