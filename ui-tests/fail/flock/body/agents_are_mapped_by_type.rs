use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topics: Vec<String>) -> Result<usize> {
    Ok(ctx.map(writer, topics).await?.len())
}

fn main() {}
