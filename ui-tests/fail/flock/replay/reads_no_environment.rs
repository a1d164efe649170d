use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _home = std::env::var("HOME");
    ctx.log("done");
    Ok(())
}

fn main() {}
