use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, task_timeout = 10)]
struct Desk;

fn main() {}
