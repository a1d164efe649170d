use flock::prelude::*;

struct Desk;

#[flock]
async fn desk(ctx: FlockContext<Desk>, topic: String) -> Result<String> {
    ctx.log("at work");
    Ok(topic)
}

fn main() {}
