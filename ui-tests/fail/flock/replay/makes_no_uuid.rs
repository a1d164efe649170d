use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _id = uuid::Uuid::new_v4();
    ctx.log("done");
    Ok(())
}

fn main() {}
