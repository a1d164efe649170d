use flock::prelude::*;
use std::collections::HashMap;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topics: HashMap<u8, String>) -> Result<()> {
    let runs = topics.into_values().map(|topic| ctx.run::<writer>(topic));
    flock::join_all(runs).await;
    ctx.log("done");
    Ok(())
}

fn main() {}
