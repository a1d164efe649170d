use flock::prelude::*;

#[agent(output = "draft", hand_off = editor)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(output = "summary", retrys = 3)]
async fn editor(draft: String) -> Result<String> {
    Ok(draft)
}

#[flock(start = writer)]
struct Desk;

#[flock]
async fn coded(ctx: FlockContext, draft: String) -> Result<String> {
    Ok(ctx.run::<editor>(draft).await?.summary)
}

fn main() {}
