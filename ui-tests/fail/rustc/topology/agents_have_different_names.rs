use flock::prelude::*;

#[agent(name = "writer", output = "findings: String", hand_off = editor)]
async fn author(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(name = "writer", output = "summary: String")]
async fn editor(findings: String) -> Result<String> {
    Ok(findings)
}

#[flock(start = author)]
struct Desk;

fn main() {}
