use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext, (left, right): (String, String)) -> Result<String> {
    ctx.log(right);
    Ok(left)
}

fn main() {}
