use flock::prelude::*;

#[flock(schedule(offset = "10m"))]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
