use flock::prelude::*;

#[agent(output = "title: String", hand_off = editor)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(output = "draft")]
async fn editor(title: Option<u32>) -> Result<String> {
    Ok(format!("{title:?}"))
}

#[flock(start = writer)]
struct Desk;

fn main() {}
