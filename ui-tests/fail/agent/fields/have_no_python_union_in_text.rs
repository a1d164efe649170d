use flock::prelude::*;

/// Writes.
#[agent(input = "topic: str | None")]
struct Writer;

fn main() {}
