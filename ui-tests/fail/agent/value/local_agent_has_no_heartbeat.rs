use flock::prelude::*;

#[agent(local, heartbeat = "5s")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
