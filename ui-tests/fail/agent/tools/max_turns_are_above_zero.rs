use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

/// You are a researcher.
#[agent(tools = [web_search], max_turns = 0)]
struct Researcher;

fn main() {}
