use flock::prelude::*;

/// Writes.
#[agent(input(brief: bool | None))]
struct Writer;

fn main() {}
