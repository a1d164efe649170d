use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search<T: ToString>(query: T) -> Result<String> {
    Ok(query.to_string())
}

fn main() {}
