use flock::prelude::*;

/// You are a researcher.
#[agent(mcp = ["https://example.com/mcp"])]
struct Researcher;

fn main() {}
