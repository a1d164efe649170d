use flock::prelude::*;

struct Query;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: Query) -> Result<String> {
    drop(query);
    Ok(String::new())
}

/// You are a researcher.
#[agent(tools = [web_search])]
struct Researcher;

fn main() {}
