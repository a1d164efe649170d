use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    futures::future::join_all([async {}]).await;
    ctx.log("done");
    Ok(())
}

fn main() {}
