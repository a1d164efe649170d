use flock::prelude::*;

/// You are a researcher.
#[agent(input = "topic", output = "findings")]
struct Researcher;

#[flock(start = Reseacher)]
struct Research;

fn main() {}
