use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    let found = ctx.run::<"writer">(topic).await?;
    Ok(found.text)
}

fn main() {}
