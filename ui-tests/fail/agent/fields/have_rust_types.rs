use flock::prelude::*;

/// Writes.
#[agent(input(words: list[str]))]
struct Writer;

fn main() {}
