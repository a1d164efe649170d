use flock::prelude::*;

#[agent(retry(non_retryable = "ValueError"))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
