use flock::prelude::*;

/// Answers.
#[agent(input(depth: u8, "topic: String"))]
struct Clerk;

fn main() {}
