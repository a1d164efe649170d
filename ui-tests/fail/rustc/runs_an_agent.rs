use flock::prelude::*;

struct Editor;

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.run::<Editor>(topic).await
}

fn main() {}
