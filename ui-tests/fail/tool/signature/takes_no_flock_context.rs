use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read")]
async fn web_search(ctx: FlockContext, query: String) -> Result<String> {
    drop(ctx);
    Ok(query)
}

fn main() {}
