use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
struct WebSearch;

fn main() {}
