use flock::prelude::*;

#[agent(name = "proofreader", output = "draft", hand_off = ui_tests::proofreader)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
