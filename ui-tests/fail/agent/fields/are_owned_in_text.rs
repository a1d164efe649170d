use flock::prelude::*;

/// Writes.
#[agent(input = "topic: &str")]
struct Writer;

fn main() {}
