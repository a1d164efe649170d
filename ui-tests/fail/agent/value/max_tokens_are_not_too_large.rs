use flock::prelude::*;

/// Writes.
#[agent(max_tokens = 5000000000)]
struct Writer;

fn main() {}
