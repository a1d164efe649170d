use flock::prelude::*;

/// Writes.
#[agent(input(depth: u8 = -1))]
struct Writer;

fn main() {}
