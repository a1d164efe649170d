use flock::prelude::*;

/// Searches the web.
#[tool(effects = "read")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
