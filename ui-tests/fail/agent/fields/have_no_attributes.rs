use flock::prelude::*;

/// Writes.
#[agent(input(#[serde(default)] topic: String))]
struct Writer;

fn main() {}
