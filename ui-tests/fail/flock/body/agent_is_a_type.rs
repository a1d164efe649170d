use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    let draft = ctx.run(writer, topic).timeout("1m").await?;
    Ok(draft.text)
}

fn main() {}
