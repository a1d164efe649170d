use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, is_late: bool) -> Result<()> {
    flock::select! {
        biased;
        _ = ctx.sleep("1h"), if is_late => Ok(()),
        _ = ctx.sleep("2h") => Ok(()),
        else => Ok(()),
    }
}

fn main() {}
