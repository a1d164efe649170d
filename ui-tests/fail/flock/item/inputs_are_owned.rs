use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext, topic: &str) -> Result<String> {
    ctx.log(topic);
    Ok(topic.to_owned())
}

fn main() {}
