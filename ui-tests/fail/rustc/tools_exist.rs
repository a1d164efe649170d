use flock::prelude::*;

/// You are a researcher.
#[agent(tools = [web_serch])]
struct Researcher;

fn main() {}
