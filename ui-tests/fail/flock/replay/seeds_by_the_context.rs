use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _generator = rand::rngs::StdRng::from_os_rng();
    ctx.log("done");
    Ok(())
}

fn main() {}
