use flock::prelude::*;

#[agent(heartbeat = "0s")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
