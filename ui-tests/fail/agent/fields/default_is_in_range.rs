use flock::prelude::*;

/// Writes.
#[agent(input(depth: u8 = 300))]
struct Writer;

fn main() {}
