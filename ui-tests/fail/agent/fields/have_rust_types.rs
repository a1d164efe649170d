use flock::prelude::*;

/// Writes.
#[agent(input(topic: str, words: list[str]))]
struct Writer;

fn main() {}
