use flock::prelude::*;

#[agent(retries = 3, max_attempts = 4)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
