use flock::prelude::*;

/// Writes.
#[agent]
struct Writer<T>(T);

fn main() {}
