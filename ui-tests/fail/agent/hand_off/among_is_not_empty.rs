use flock::prelude::*;

#[agent(hand_off(route, among = []))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
