use flock::prelude::*;

/// Writes.
#[agent(model = gpt_4o)]
struct Writer;

fn main() {}
