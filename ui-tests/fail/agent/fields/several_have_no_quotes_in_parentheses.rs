use flock::prelude::*;

/// Answers.
#[agent(input("topic: String | What it is about", "depth: u8"))]
struct Clerk;

fn main() {}
