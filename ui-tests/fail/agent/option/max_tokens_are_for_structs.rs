use flock::prelude::*;

#[agent(max_tokens = 100)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
