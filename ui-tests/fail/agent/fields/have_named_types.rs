use flock::prelude::*;

/// Writes.
#[agent(input(topic: impl Into<String>))]
struct Writer;

fn main() {}
