use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    ctx.wait_until(|()| false).within("9999d").await
}

fn main() {}
