use flock::prelude::*;

#[agent]
async fn writer(ctx: &AgentContext, text: String) -> Result<String> {
    Ok(text + ctx.agent())
}

fn main() {}
