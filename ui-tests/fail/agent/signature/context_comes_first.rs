use flock::prelude::*;

#[agent]
async fn writer(text: String, ctx: AgentContext) -> Result<String> {
    Ok(text + ctx.agent())
}

fn main() {}
