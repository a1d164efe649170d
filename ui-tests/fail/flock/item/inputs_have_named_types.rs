use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext, topic: impl Into<String>) -> Result<String> {
    ctx.log("done");
    Ok(topic.into())
}

fn main() {}
