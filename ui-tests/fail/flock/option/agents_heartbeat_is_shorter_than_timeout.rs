use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, agents(timeout = "30s", heartbeat = "1m"))]
struct Desk;

fn main() {}
