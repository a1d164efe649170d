use flock::prelude::*;

#[agent(timeout = "30s", heartbeat = "30s")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
