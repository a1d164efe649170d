use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _late = tokio::time::timeout(std::time::Duration::from_secs(1), async {}).await;
    ctx.log("done");
    Ok(())
}

fn main() {}
