use flock::prelude::*;

#[agent(input(topic: String) "topic", retries = 3)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

fn main() {}
