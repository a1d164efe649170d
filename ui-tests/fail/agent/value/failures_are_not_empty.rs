use flock::prelude::*;

#[agent(retry(non_retryable = [""]))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
