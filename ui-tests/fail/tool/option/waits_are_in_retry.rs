use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", backoff = 2.0)]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
