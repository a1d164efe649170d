use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, input = "topic")]
struct Desk;

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    let written = ctx.run::<writer>(topic).await?;
    Ok(written.text)
}

fn main() {}
