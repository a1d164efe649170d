use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", max_result = "64kb")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
