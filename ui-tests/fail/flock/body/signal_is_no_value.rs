use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[signal]
struct Approve;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    ctx.signal(Approve).await?;
    Ok(())
}

fn main() {}
