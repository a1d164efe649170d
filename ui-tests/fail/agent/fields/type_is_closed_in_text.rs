use flock::prelude::*;

/// Writes.
#[agent(input = "words: Vec<String")]
struct Writer;

fn main() {}
