use flock::prelude::*;

/// Writes.
#[agent(input = 5)]
struct Writer;

fn main() {}
