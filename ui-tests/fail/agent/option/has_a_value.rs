use flock::prelude::*;

#[agent(retries)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
