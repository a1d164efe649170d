use flock::prelude::*;

/// Answers.
#[agent(output = "(String, u8)")]
struct Clerk;

fn main() {}
