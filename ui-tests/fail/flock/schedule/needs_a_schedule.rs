use flock::prelude::*;

#[flock(time_zone = "UTC", overlap = "skip", jitter = "5m", catch_up = "1h")]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
