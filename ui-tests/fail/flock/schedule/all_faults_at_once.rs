use flock::prelude::*;

// The schedule is there, so that it is missing is not said.
#[flock(schedule = "0 25 * * *", time_zone = "Vienna", overlap = "wait", jitter = 5)]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
