use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn part(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.log("part");
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.child(part, topic).await
}

fn main() {}
