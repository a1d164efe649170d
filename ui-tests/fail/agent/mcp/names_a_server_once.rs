use flock::prelude::*;

/// You are a researcher.
#[agent(mcp = ["files", "web", "files"])]
struct Researcher;

fn main() {}
