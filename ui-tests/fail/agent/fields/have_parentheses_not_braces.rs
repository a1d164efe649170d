use flock::prelude::*;

/// Writes.
#[agent(output = { text: String, words: u32 })]
struct Writer;

fn main() {}
