use flock::prelude::*;

/// Writes.
#[agent(input(topic: String, topic: u8))]
struct Writer;

fn main() {}
