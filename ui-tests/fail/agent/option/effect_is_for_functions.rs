use flock::prelude::*;

/// Writes.
#[agent(effect = "read", needs_approval)]
struct Writer;

fn main() {}
