use flock::prelude::*;

/// Writes.
#[agent(input(type: String))]
struct Writer;

fn main() {}
