use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<usize> {
    let all = flock::join!([ctx.run::<writer>("a"), ctx.run::<writer>("b")]);
    let more = flock::join!(vec![ctx.run::<writer>("c"), ctx.run::<writer>("d")]);
    Ok(more.len() + all.len())
}

fn main() {}
