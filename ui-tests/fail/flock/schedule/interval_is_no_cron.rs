use flock::prelude::*;

#[flock(schedule = "1h")]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
