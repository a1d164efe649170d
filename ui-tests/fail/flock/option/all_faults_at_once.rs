use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, input = "topic", retrys = 3)]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.run::<writer>(topic).await
}

fn main() {}
