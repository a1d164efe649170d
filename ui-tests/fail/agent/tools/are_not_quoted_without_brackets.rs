use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

/// You are a researcher.
#[agent(tools = "web_search")]
struct Researcher;

fn main() {}
