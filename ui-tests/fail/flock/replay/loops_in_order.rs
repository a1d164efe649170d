use flock::prelude::*;
use std::collections::HashMap;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let mut topics = HashMap::new();
    topics.insert(1, "bees");
    for topic in topics.values() {
        ctx.run::<writer>(*topic).await?;
    }
    ctx.log("done");
    Ok(())
}

fn main() {}
