use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _today = chrono::Utc::now();
    ctx.log("done");
    Ok(())
}

fn main() {}
