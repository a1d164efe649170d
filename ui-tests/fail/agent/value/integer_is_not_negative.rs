use flock::prelude::*;

#[agent(retries = -1)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
