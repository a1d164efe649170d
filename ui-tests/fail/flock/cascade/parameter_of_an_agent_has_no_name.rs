use flock::prelude::*;

#[agent(output = "draft", hand_off = editor)]
async fn writer((topic, style): (String, String)) -> Result<String> {
    Ok(topic + &style)
}

#[agent(output = "summary")]
async fn editor(draft: String) -> Result<String> {
    Ok(draft)
}

#[flock(start = writer, input = "topic, style")]
struct Desk;

fn main() {}
