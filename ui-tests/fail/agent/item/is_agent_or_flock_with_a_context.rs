use flock::prelude::*;

#[agent(output = "text: String")]
#[flock]
async fn writer(ctx: FlockContext, topic: String) -> Result<String> {
    ctx.log("writes");
    Ok(topic)
}

fn main() {}
