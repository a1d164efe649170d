use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _start = tokio::time::Instant::now();
    ctx.log("done");
    Ok(())
}

fn main() {}
