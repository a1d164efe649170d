use flock::prelude::*;

/// Writes.
#[agent]
struct Writer {
    style: String,
}

fn main() {}
