use flock::prelude::*;

#[agent(retry(backoff = "2"))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
