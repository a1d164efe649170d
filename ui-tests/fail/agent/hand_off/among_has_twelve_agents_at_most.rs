use flock::prelude::*;

#[agent(hand_off(route, among = [a, b, c, d, e, f, g, h, i, j, k, l, m]))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
