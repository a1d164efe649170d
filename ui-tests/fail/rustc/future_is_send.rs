use flock::prelude::*;

use std::rc::Rc;

#[agent]
async fn writer(ctx: AgentContext, text: String) -> Result<String> {
    let text = Rc::new(text);
    ctx.cancelled().await;
    Ok(text.to_string())
}

fn main() {}
