use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    ctx.sleep(30).await?;
    ctx.sleep("soon").await
}

fn main() {}
