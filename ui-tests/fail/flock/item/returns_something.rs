use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) {
    ctx.log("done");
}

fn main() {}
