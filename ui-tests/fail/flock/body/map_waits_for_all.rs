use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topics: Vec<String>) -> Result<String> {
    let mut all = String::new();
    for found in ctx.map::<writer>(topics) {
        let found = found.await?;
        all += &found.text;
    }
    Ok(all)
}

fn main() {}
