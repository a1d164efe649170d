use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, retries = 3, max_attempts = 4)]
struct Desk;

fn main() {}
