use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext, count: State<u8>) -> Result<String> {
    Ok(format!("{} {}", ctx.run_id(), *count))
}

fn main() {}
