use flock::prelude::*;

#[flock(schedule = "@daily", time_zone = Europe::Vienna)]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
