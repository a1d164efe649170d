use flock::prelude::*;

#[agent]
async fn writer(topic: String, _: ...) -> Result<String> {
    Ok(topic)
}

fn main() {}
