use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

/// Answers.
#[flock(start = writer)]
#[agent]
struct Desk;

fn main() {}
