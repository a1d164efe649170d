use flock::prelude::*;

/// You are a researcher.
#[agent(mcp = ["files"])]
struct Researcher;

fn main() {}
