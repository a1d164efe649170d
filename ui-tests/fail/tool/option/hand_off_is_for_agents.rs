use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", hand_off = writer)]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
