use flock::prelude::*;

#[flock]
async fn desk<T: Into<String>>(ctx: FlockContext, topic: T) -> Result<String> {
    ctx.log("done");
    Ok(topic.into())
}

fn main() {}
