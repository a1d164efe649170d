use flock::prelude::*;

/// Searches the web.
#[tool(effect = "reads")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
