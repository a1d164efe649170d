use flock::prelude::*;

/// Writes.
#[agent(input = "counts: dict[str, list[int]]")]
struct Writer;

fn main() {}
