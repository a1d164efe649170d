use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    let (left, right) = flock::join!(ctx.run::<writer>(topic.clone())?, ctx.run::<writer>(topic)?);
    Ok(left.text + &right.text)
}

fn main() {}
