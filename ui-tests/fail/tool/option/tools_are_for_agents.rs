use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", tools = [web_search])]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
