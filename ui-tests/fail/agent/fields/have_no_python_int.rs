use flock::prelude::*;

/// Writes.
#[agent(output(count: int))]
struct Writer;

fn main() {}
