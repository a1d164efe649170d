use flock::prelude::*;

/// Writes.
#[agent(input(topic: String | what to look for))]
struct Writer;

fn main() {}
