use flock::prelude::*;
use std::collections::HashSet;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topics: HashSet<String>) -> Result<()> {
    for topic in &topics {
        ctx.run::<writer>(topic.clone()).await?;
    }
    ctx.log("done");
    Ok(())
}

fn main() {}
