use flock::prelude::*;

#[flock]
async fn tick(ctx: FlockContext) -> Result<u32> {
    ctx.log("tick");
    Ok(3)
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<u32> {
    ctx.child::<tick>().await
}

fn main() {}
