use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", local, heartbeat = "5s")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
