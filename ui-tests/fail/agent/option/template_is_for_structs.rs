use flock::prelude::*;

#[agent(template = "Summarise {text}")]
async fn summarize(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
