use flock::prelude::*;

/// Writes.
#[agent(max_tokens = 0)]
struct Writer;

fn main() {}
