use flock::prelude::*;

/// Writes.
#[agent(input(topic: Option<String> = "x"))]
struct Writer;

fn main() {}
