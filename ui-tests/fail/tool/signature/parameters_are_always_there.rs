use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String, #[cfg(test)] most: u8) -> Result<String> {
    Ok(query)
}

fn main() {}
