use flock::prelude::*;

/// Buys a book.
#[tool(effect = "idempotent", needs_approval)]
async fn buy(title: String) -> Result<String> {
    Ok(title)
}

/// You are a clerk.
#[agent(tools = [buy], loop = "activity")]
struct Clerk;

fn main() {}
