use flock::prelude::*;

#[flock(input(topic: String))]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.log("done");
    Ok(topic)
}

fn main() {}
