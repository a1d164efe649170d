use flock::prelude::*;

/// Writes.
#[agent(input = (String, u8))]
struct Writer;

fn main() {}
