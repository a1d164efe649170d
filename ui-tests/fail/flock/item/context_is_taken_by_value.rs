use flock::prelude::*;

#[flock]
async fn desk(ctx: &mut FlockContext, topic: String) -> Result<String> {
    ctx.log("at work");
    Ok(topic)
}

fn main() {}
