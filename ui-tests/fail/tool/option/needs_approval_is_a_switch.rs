use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", needs_approval = "always")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
