use flock::prelude::*;

#[flock]
#[agent]
async fn writer(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
