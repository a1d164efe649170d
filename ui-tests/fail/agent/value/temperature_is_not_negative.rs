use flock::prelude::*;

/// Writes.
#[agent(temperature = -1)]
struct Writer;

fn main() {}
