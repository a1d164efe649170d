use flock::prelude::*;

#[flock(output = "words: u32")]
async fn desk(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
