use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _ticks = tokio::time::interval(std::time::Duration::from_secs(1));
    ctx.log("done");
    Ok(())
}

fn main() {}
