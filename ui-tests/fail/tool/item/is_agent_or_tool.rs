use flock::prelude::*;

/// Searches the web.
#[agent]
#[tool(effect = "read")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
