use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

#[agent(tools = [web_search], max_turns = 3)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
