use flock::prelude::*;

#[agent(retries(3))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
