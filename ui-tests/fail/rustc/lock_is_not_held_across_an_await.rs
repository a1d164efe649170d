use flock::prelude::*;

use std::sync::{Arc, Mutex};

#[agent]
async fn writer(ctx: AgentContext, log: State<Arc<Mutex<String>>>) -> Result<String> {
    let Ok(log) = log.lock() else {
        return Ok(String::new());
    };
    ctx.cancelled().await;
    Ok(log.clone())
}

fn main() {}
