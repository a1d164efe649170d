use flock::prelude::*;

#[agent]
async fn writer(ctx: AgentContext, other: AgentContext) -> Result<String> {
    Ok(format!("{} {}", ctx.agent(), other.agent()))
}

fn main() {}
