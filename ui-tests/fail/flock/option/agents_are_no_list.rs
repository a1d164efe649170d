use flock::prelude::*;

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent]
async fn editor(writer: String) -> Result<String> {
    Ok(writer)
}

#[flock(start = writer, agents = [writer, editor])]
struct Desk;

fn main() {}
