use flock::prelude::*;

/// Looks something up.
#[tool(effect = "read")]
async fn look_up(word: String) -> Result<String> {
    Ok(word)
}

/// You are a clerk.
#[agent(tools = [look_up], loop = "activity", budget(turns = 3, on_exceeded = "park"))]
struct Clerk;

fn main() {}
