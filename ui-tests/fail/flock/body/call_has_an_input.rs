use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.log(topic);
    let found = ctx.run::<writer>().await?;
    Ok(found.text)
}

fn main() {}
