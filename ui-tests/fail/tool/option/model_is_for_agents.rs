use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", model = "openai/gpt-4o")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
