use flock::prelude::*;

#[agent(output = "words: u32")]
async fn count(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
