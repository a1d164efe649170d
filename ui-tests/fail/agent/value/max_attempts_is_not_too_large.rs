use flock::prelude::*;

#[agent(max_attempts = 2147483648)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
