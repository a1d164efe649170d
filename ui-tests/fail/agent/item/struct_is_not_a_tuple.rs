use flock::prelude::*;

/// Writes.
#[agent]
struct Writer(String);

fn main() {}
