use flock::prelude::*;

#[agent(output = "findings", hand_off = summariser)]
async fn researcher(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(output = "summary")]
async fn summarizer(findings: String) -> Result<String> {
    Ok(findings)
}

#[flock(start = researcher)]
struct Research;

fn main() {}
