use flock::prelude::*;

struct Editor;

fn route(text: &str) -> Next {
    match text {
        "" => Next::to::<Editor>(),
        _ => Next::to::<reviewer>(),
    }
}

#[agent(hand_off(route, among = [reviewer]))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

#[agent]
async fn reviewer(writer: String) -> Result<String> {
    Ok(writer)
}

fn main() {}
