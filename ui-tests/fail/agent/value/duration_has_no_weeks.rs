use flock::prelude::*;

#[agent(timeout = "2 weeks")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

fn main() {}
