use flock::prelude::*;

#[agent(timeout = 5m)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

fn main() {}
