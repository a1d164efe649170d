use flock::prelude::*;

/// Writes.
#[agent(input = "my-topic: String")]
struct Writer;

fn main() {}
