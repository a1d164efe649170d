use flock::prelude::*;

struct Approve;

#[flock]
async fn publish(ctx: FlockContext) -> Result<()> {
    ctx.signal::<Approve>().await?;
    Ok(())
}

fn main() {}
