use flock::prelude::*;

/// You are a researcher.
#[agent(tools = [Researcher])]
struct Researcher;

fn main() {}
