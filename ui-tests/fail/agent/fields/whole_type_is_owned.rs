use flock::prelude::*;

/// Writes.
#[agent(input = &str)]
struct Writer;

fn main() {}
