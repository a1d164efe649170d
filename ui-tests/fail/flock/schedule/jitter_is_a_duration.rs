use flock::prelude::*;

#[flock(schedule = "@daily", jitter = "5 mins")]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
