use flock::prelude::*;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.log("at work");
    Ok(topic)
}

fn main() {}
