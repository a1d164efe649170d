use flock::prelude::*;

/// Writes.
#[agent]
struct Writer<T>;

fn main() {}
