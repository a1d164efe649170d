use flock::prelude::*;

/// Searches the web.
#[tool(effect = "write", lost_workers = 3)]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
