use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    loop {
        flock::select! {
            _ = ctx.sleep("1h") => return Ok(()),
            default => continue,
        }
    }
}

fn main() {}
