use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, output(writer: String = "none"))]
struct Desk;

fn main() {}
