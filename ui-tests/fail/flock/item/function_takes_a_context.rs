use flock::prelude::*;

#[flock]
async fn desk(topic: String) -> Result<String> {
    Ok(topic)
}

fn main() {}
