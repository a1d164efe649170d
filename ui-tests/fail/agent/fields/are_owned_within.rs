use flock::prelude::*;

/// Writes.
#[agent(input(words: Vec<&str>))]
struct Writer;

fn main() {}
