use flock::prelude::*;

/// Writes.
#[agent]
struct Writer
where
    String: Send;

fn main() {}
