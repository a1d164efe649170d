use flock::prelude::*;

#[flock]
async fn desk(topic: String, ctx: FlockContext) -> Result<String> {
    ctx.log("done");
    Ok(topic)
}

fn main() {}
