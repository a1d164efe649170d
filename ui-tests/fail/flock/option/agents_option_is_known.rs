use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, agents(retries = 3))]
struct Desk;

fn main() {}
