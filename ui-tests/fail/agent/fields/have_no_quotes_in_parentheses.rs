use flock::prelude::*;

/// Writes.
#[agent(input("topic"))]
struct Writer;

fn main() {}
