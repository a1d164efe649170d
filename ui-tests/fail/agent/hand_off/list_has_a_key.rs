use flock::prelude::*;

#[agent(hand_off(editor, checker))]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent]
async fn editor(writer: String) -> Result<String> {
    Ok(writer)
}

#[agent]
async fn checker(writer: String) -> Result<String> {
    Ok(writer)
}

fn main() {}
