use flock::prelude::*;

#[flock(schedule(every = "1h", offset = "60m"))]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
