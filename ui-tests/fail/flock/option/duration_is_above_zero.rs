use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, run_timeout = "0s")]
struct Desk;

fn main() {}
