use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    tokio::spawn(async {});
    ctx.log("done");
    Ok(())
}

fn main() {}
