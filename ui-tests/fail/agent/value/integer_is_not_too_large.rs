use flock::prelude::*;

#[agent(retries = 2147483647)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
