use flock::prelude::*;

#[agent(timeout = "1h30m")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

fn main() {}
