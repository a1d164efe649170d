use flock::prelude::*;

#[agent(max_attempts = -1)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
