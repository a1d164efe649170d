use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[signal]
struct Approve {
    by: String,
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<String> {
    let approval = ctx.signal("approve").within("3d").await?;
    Ok(approval.by)
}

fn main() {}
