use flock::prelude::*;

/// Writes.
#[agent(input = "words: 5")]
struct Writer;

fn main() {}
