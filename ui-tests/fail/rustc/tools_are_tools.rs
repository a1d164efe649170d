use flock::prelude::*;

/// Not a tool.
struct Web;

/// You are a researcher.
#[agent(tools = [Web])]
struct Researcher;

fn main() {}
