use flock::prelude::*;

#[flock(schedule = "@daily", overlap = "queue")]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
