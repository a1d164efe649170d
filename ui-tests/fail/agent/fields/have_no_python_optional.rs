use flock::prelude::*;

/// Writes.
#[agent(input(topic: Optional[str]))]
struct Writer;

fn main() {}
