use flock::prelude::*;

#[flock]
async fn desk(ctx: AgentContext) -> Result<String> {
    Ok(ctx.run_id().to_owned())
}

fn main() {}
