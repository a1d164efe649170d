use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", local, task_queue = "web")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
