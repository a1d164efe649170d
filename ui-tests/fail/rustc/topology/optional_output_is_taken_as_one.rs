use flock::prelude::*;

#[agent(output = "title: Option<String>", hand_off = editor)]
async fn writer(topic: String) -> Result<Option<String>> {
    Ok(Some(topic))
}

#[agent(output = "draft")]
async fn editor(title: String) -> Result<String> {
    Ok(title)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
