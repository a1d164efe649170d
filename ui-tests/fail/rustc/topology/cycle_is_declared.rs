use flock::prelude::*;

#[agent(output = "draft: String", hand_off = editor)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(output = "review: String", hand_off = writer)]
async fn editor(draft: String) -> Result<String> {
    Ok(draft)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
