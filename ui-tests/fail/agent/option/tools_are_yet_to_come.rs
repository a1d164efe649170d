use flock::prelude::*;

/// Writes.
#[agent(tools = [search])]
struct Writer;

fn main() {}
