use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    soon(&ctx, topic).await
}

/// A part of the flock, which no macro reads.
async fn soon(ctx: &FlockContext, topic: String) -> Result<String> {
    ctx.within(30, ctx.run::<writer>(topic)).await
}

fn main() {}
