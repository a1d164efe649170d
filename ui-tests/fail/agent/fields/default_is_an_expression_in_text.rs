use flock::prelude::*;

/// Writes.
#[agent(input = "topic: String = the sea")]
struct Writer;

fn main() {}
