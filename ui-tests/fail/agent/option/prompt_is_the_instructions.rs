use flock::prelude::*;

/// Writes.
#[agent(prompt = "You are a poet.")]
struct Writer;

fn main() {}
