use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _time = || std::time::SystemTime::now();
    ctx.log("done");
    Ok(())
}

fn main() {}
