use flock::prelude::*;

/// Writes.
#[agent(input(self: String))]
struct Writer;

fn main() {}
