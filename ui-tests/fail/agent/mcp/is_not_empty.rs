use flock::prelude::*;

/// You are a researcher.
#[agent(mcp = [])]
struct Researcher;

fn main() {}
