use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

/// Searches the library.
#[tool(name = "web_search", effect = "read")]
async fn search(query: String) -> Result<String> {
    Ok(query)
}

/// You are a researcher.
#[agent(tools = [web_search, search])]
struct Researcher;

fn main() {}
