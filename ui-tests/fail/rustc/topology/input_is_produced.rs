use flock::prelude::*;

#[agent(output = "finding: String", hand_off = editor)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(output = "summary: String")]
async fn editor(findings: String) -> Result<String> {
    Ok(findings)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
