use flock::prelude::*;

/// Looks something up.
#[tool(effect = "read")]
async fn look_up(word: String) -> Result<String> {
    Ok(word)
}

/// You are a researcher.
#[agent(tools = [look_up], loop = "step")]
struct Researcher;

fn main() {}
