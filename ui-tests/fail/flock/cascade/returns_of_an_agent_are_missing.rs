use flock::prelude::*;

#[agent(hand_off = editor)]
async fn writer(topic: String) {
    drop(topic);
}

#[agent(output = "summary")]
async fn editor(writer: String) -> Result<String> {
    Ok(writer)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
