use flock::prelude::*;

#[agent(output = "findings: String", hand_off = editor)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(output = "findings: String")]
async fn editor(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
