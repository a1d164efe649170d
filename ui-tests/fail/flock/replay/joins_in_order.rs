use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    tokio::join!(async {}, async {});
    ctx.log("done");
    Ok(())
}

fn main() {}
