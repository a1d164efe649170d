use flock::prelude::*;

#[agent(output(text: String, words: u32))]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

fn main() {}
