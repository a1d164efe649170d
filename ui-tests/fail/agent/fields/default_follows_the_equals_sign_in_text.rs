use flock::prelude::*;

/// Writes.
#[agent(input = "depth: u8 =")]
struct Writer;

fn main() {}
