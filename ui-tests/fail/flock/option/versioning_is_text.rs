use flock::prelude::*;

#[flock(versioning = pinned)]
async fn keep(ctx: FlockContext, text: String) -> Result<String> {
    ctx.log("kept");
    Ok(text)
}

fn main() {}
