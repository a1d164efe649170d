use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<String>
where
    String: Clone,
 {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
