use flock::prelude::*;

#[flock(schedule = "@dayly")]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
