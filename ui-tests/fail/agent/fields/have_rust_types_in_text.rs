use flock::prelude::*;

/// Writes.
#[agent(input = "topic: String, words: list[str]")]
struct Writer;

fn main() {}
