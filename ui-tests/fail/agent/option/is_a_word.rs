use flock::prelude::*;

#[agent(retries::most = 3)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
