use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

async fn helper(ctx: &FlockContext) -> Result<()> {
    ctx.sleep("1m").await
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let mut call = helper(&ctx);
    flock::select! {
        ended = call => ended,
        _ = ctx.sleep("1h") => Ok(()),
    }
}

fn main() {}
