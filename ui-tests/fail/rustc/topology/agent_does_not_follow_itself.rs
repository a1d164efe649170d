use flock::prelude::*;

#[agent(output = "draft", hand_off = writer)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
