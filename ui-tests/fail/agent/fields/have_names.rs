use flock::prelude::*;

/// Writes.
#[agent(input(: String))]
struct Writer;

fn main() {}
