use flock::prelude::*;

type DeskOutput = String;

#[flock(output = "text: String")]
async fn desk(ctx: FlockContext, topic: String) -> Result<DeskOutput> {
    ctx.sleep("1s").await?;
    Ok(topic)
}

fn main() {}
