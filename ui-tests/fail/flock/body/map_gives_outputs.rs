use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topics: Vec<String>) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for found in ctx.map::<writer>(topics) {
        all.push(found?.text);
    }
    Ok(all)
}

fn main() {}
