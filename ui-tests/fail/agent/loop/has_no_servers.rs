use flock::prelude::*;

/// You are a researcher.
#[agent(mcp = ["files"], loop = "activity")]
struct Researcher;

fn main() {}
