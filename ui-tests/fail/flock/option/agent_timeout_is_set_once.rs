use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, timeout(agent = "1m"), agents(timeout = "2m"))]
struct Desk;

fn main() {}
