use flock::prelude::*;

/// Searches the web.
#[tool]
#[flock]
async fn web_search(_ctx: FlockContext, query: String) -> Result<String> {
    Ok(query)
}

fn main() {}
