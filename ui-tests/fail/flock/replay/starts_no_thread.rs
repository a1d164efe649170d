use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    std::thread::spawn(|| {});
    ctx.log("done");
    Ok(())
}

fn main() {}
