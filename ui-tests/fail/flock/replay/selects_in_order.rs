use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    tokio::select! {
        () = async {} => {}
    }
    ctx.log("done");
    Ok(())
}

fn main() {}
