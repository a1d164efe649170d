use flock::prelude::*;

/// Writes.
#[agent(output(report: Reprot))]
struct Writer;

fn main() {}
