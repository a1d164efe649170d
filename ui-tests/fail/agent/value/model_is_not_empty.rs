use flock::prelude::*;

/// Writes.
#[agent(model = "")]
struct Writer;

fn main() {}
