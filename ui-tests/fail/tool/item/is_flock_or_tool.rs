use flock::prelude::*;

/// Searches the web.
#[flock]
#[tool(effect = "read")]
async fn web_search(_ctx: FlockContext, query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
