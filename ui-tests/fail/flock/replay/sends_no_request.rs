use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _page = reqwest::get("https://example.com").await;
    ctx.log("done");
    Ok(())
}

fn main() {}
