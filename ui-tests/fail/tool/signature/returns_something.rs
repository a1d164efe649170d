use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String) {
    drop(query)
}

fn main() {}
