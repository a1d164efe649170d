use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: &str) -> Result<String> {
    Ok(query.to_owned())
}

fn main() {}
