use flock::prelude::*;

#[agent(hand_off(route, amnog = [writer]))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
