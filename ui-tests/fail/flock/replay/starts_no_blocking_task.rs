use flock::prelude::*;
use tokio::task;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _sum = task::spawn_blocking(|| 1 + 1).await;
    ctx.log("done");
    Ok(())
}

fn main() {}
