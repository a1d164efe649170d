use flock::prelude::*;

#[derive(Debug)]
struct Trouble;

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String, Trouble> {
    ctx.log("at work");
    Ok(topic)
}

fn main() {}
