use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
enum WebSearch {}

fn main() {}
