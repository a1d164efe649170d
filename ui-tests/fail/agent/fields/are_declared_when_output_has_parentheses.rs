use flock::prelude::*;

/// Writes.
#[agent(output())]
struct Writer;

fn main() {}
