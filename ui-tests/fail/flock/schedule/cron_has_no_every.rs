use flock::prelude::*;

#[flock(schedule = "@every 1h")]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
