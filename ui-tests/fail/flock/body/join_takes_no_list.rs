use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topics: Vec<String>) -> Result<usize> {
    let calls: Vec<_> = topics.into_iter().map(|topic| ctx.run::<writer>(topic)).collect();
    let all = flock::join!(calls);
    Ok(all.len())
}

fn main() {}
