use flock::prelude::*;

#[agent(output = "draft", hand_off = editor)]
fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(output = "summary")]
async fn editor(draft: String) -> Result<String> {
    Ok(draft)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
