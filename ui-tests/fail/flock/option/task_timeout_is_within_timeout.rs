use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, timeout = "30s", task_timeout = "1m")]
struct Desk;

fn main() {}
