use flock::prelude::*;

/// Writes.
#[agent(input = "topic String")]
struct Writer;

fn main() {}
