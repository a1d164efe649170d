use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    ctx.log("done");
    Ok(())
}

fn main() {}
