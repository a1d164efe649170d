use flock::prelude::*;

struct WebSearchInput;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
