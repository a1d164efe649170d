use flock::prelude::*;

/// Writes.
#[agent]
struct Writer {}

fn main() {}
