use flock::prelude::*;

#[flock(schedule = "@daily", catch_up = "1s")]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
