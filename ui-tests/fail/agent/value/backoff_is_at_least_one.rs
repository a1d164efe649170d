use flock::prelude::*;

#[agent(retry(backoff = 0.5))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
