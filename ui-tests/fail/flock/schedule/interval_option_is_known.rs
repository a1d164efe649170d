use flock::prelude::*;

#[flock(schedule(evry = "1h"))]
async fn report(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
