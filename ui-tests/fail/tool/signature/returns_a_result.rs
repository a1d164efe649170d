use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String) -> String {
    query
}

fn main() {}
