use flock::prelude::*;

/// You are a researcher.
#[agent(loop = "activity")]
struct Researcher;

fn main() {}
