use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String) -> Result<(String, u32)> {
    Ok((query, 3))
}

fn main() {}
