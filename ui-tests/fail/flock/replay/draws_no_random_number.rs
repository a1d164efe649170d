use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _roll: u8 = rand::random();
    ctx.log("done");
    Ok(())
}

fn main() {}
