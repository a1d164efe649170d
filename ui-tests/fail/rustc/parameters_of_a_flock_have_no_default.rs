use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext, days: u8 = 3) -> Result<u8> {
    ctx.log("at work");
    Ok(days)
}

fn main() {}
