use flock::prelude::*;

#[flock(schedule = "0 9 * *")]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
