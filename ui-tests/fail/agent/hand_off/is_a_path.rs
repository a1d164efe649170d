use flock::prelude::*;

#[agent(hand_off = "editor")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
