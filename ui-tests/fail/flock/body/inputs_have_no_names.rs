use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<String> {
    let found = ctx.run::<writer>(topic = "Rust").await?;
    Ok(found.text)
}

fn main() {}
