use flock::prelude::*;

/// Writes.
#[agent(input = "")]
struct Writer;

fn main() {}
