use flock::prelude::*;

struct Editor;

#[agent(hand_off = Editor)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
