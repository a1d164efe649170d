use flock::prelude::*;

#[agent(output = "pages: Vec<String>")]
async fn writer(topic: String, depth: u8) -> Result<Vec<String>> {
    Ok(vec![topic; depth.into()])
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<Vec<String>> {
    Ok(ctx.run::<writer>(topic).await?.pages)
}

fn main() {}
