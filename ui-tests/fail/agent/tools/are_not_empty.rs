use flock::prelude::*;

/// You are a researcher.
#[agent(tools = [])]
struct Researcher;

fn main() {}
