use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

/// You are a researcher.
#[agent(tools = [|query| web_search(query)])]
struct Researcher;

fn main() {}
