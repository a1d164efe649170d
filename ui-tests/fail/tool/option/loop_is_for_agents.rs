use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", loop_to = Writer, max_rounds = 3)]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
