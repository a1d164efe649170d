use flock::prelude::*;
use std::time::Instant;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _start = Instant::now();
    ctx.log("done");
    Ok(())
}

fn main() {}
