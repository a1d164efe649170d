use flock::prelude::*;

#[flock]
fn desk(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
