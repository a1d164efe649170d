use flock::prelude::*;

#[agent(hand_off = [writer])]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
