use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.log("begins");
    ctx.saga(async |saga| {
        saga.undo::<writer>(topic.clone());
        Ok(ctx.run::<writer>(topic).await?.text)
    })
    .await
}

fn main() {}
