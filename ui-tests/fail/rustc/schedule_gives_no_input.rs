use flock::prelude::*;

#[flock(schedule = "0 9 * * MON-FRI")]
async fn report(ctx: FlockContext, depth: Option<u8>, topic: String) -> Result<String> {
    ctx.log(depth.unwrap_or(1));
    Ok(topic)
}

fn main() {}
