use flock::prelude::*;

#[agent(retries = 3,, timeout = "1s")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
