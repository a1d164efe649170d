use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

mod agents {
    pub(crate) use super::writer;
}

#[flock(start = agents::writer, output = "summary: String")]
struct Desk;

fn main() {}
