use flock::prelude::*;

#[agent]
async fn elsewhere(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(loop_to = elsewhere, max_rounds = 2)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
