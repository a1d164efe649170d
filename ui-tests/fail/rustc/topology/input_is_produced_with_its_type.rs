use flock::prelude::*;

#[agent(output = "findings: Vec<String>", hand_off = editor)]
async fn writer(topic: String) -> Result<Vec<String>> {
    Ok(vec![topic])
}

#[agent(output = "summary: String")]
async fn editor(findings: String) -> Result<String> {
    Ok(findings)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
