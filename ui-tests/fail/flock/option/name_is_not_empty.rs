use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, name = "")]
struct Desk;

fn main() {}
