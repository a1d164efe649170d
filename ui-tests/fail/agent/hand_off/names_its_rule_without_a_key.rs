use flock::prelude::*;

#[agent(hand_off(rule = route, among = [editor]))]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent]
async fn editor(writer: String) -> Result<String> {
    Ok(writer)
}

fn main() {}
