use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, timeout = "1h", timeout = "2h")]
struct Desk;

fn main() {}
