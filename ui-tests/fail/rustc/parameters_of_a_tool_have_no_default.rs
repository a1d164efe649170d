use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(query: String, most: u8 = 3) -> Result<String> {
    drop(most);
    Ok(query)
}

fn main() {}
