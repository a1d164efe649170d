use flock::prelude::*;

/// Writes.
#[agent(input = "report: Reprot")]
struct Writer;

fn main() {}
