use flock::prelude::*;

#[agent]
async fn writer(count: State<u8>, ctx: AgentContext) -> Result<String> {
    Ok(format!("{} {}", ctx.agent(), *count))
}

fn main() {}
