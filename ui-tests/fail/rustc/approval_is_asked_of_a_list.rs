use flock::prelude::*;

#[flock]
async fn publish(ctx: FlockContext, draft: String) -> Result<bool> {
    let decision = ctx.approval("publish", &draft).by("ann").await?;
    Ok(decision.approved)
}

fn main() {}
