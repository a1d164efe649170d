use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, timeout(run = "1h"))]
struct Desk;

fn main() {}
