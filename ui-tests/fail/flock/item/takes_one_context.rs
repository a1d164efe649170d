use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext, again: FlockContext) -> Result<String> {
    again.log("done");
    Ok(ctx.run_id().to_owned())
}

fn main() {}
