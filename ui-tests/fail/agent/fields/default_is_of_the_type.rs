use flock::prelude::*;

/// Writes.
#[agent(input(depth: u8 = "2"))]
struct Writer;

fn main() {}
