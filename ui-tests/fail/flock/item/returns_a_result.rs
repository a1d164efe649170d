use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> String {
    ctx.run_id().to_owned()
}

fn main() {}
