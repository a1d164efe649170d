use flock::prelude::*;

#[agent(retries = 3u8)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
