use flock::prelude::*;

/// Writes.
#[agent(input(topics: Vec<_>), output = "text: _")]
struct Writer;

fn main() {}
