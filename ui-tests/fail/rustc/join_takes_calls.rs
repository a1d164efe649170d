use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<usize> {
    let (all, one) = flock::join!(vec![ctx.run::<writer>(topic.clone())], ctx.run::<writer>(topic));
    Ok(all.len() + one?.text.len())
}

fn main() {}
