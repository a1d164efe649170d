use flock::prelude::*;

/// Ponders.
#[flock]
async fn ponder(ctx: FlockContext, word: String) -> Result<String> {
    ctx.sleep("1s").await?;
    Ok(word)
}

/// You are a clerk.
#[agent(tools = [ponder], loop = "activity")]
struct Clerk;

fn main() {}
