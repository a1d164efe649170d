use flock::prelude::*;

/// Sends a mail.
#[tool(effect = "write")]
async fn mail(to: String) -> Result<String> {
    Ok(to)
}

/// You are a clerk.
#[agent(tools = [mail], loop = "activity")]
struct Clerk;

fn main() {}
