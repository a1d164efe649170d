use flock::prelude::*;

/// Writes.
#[agent(input(pub topic: String))]
struct Writer;

fn main() {}
