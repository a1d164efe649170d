use flock::prelude::*;

#[agent(output(text: String, words: u32))]
async fn writer(topic: String) -> Result<(u32, String)> {
    Ok((1, topic))
}

fn main() {}
