use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, heartbeat = "10s")]
struct Desk;

fn main() {}
