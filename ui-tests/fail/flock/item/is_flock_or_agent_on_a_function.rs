use flock::prelude::*;

#[flock]
#[agent]
async fn desk(ctx: AgentContext, topic: String) -> Result<String> {
    Ok(format!("{topic} {}", ctx.attempt()))
}

fn main() {}
