use flock::prelude::*;

#[flock_type]
#[derive(Debug, Clone)]
struct Page {
    text: String,
}

/// You are a researcher.
#[agent(tools = [Page])]
struct Researcher;

fn main() {}
