use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    ctx.sleep("1 hour").await
}

fn main() {}
