use flock::prelude::*;

#[flock(versioning = "autoupgrade")]
async fn keep(ctx: FlockContext, text: String) -> Result<String> {
    ctx.log("kept");
    Ok(text)
}

fn main() {}
