use flock::prelude::*;

#[agent(timeout = "30s", heartbeat = "60s")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
