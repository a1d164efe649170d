use flock::prelude::*;

/// Writes.
#[agent(mcp = ["fs"])]
struct Writer;

fn main() {}
