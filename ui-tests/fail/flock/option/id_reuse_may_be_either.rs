use flock::prelude::*;

#[flock(id_reuse = "duplicate")]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.log("done");
    Ok(topic)
}

fn main() {}
