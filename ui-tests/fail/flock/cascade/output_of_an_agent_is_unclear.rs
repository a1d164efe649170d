use flock::prelude::*;

#[agent(output = "draft", hand_off = editor)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(output = "summary: str")]
async fn editor(draft: String) -> Result<String> {
    Ok(draft)
}

#[flock(start = writer, output = "summary")]
struct Desk;

fn main() {}
