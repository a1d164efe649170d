use flock::prelude::*;

#[flock(schedule = "0 9 * * MON,")]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
