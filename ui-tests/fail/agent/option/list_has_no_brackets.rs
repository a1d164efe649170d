use flock::prelude::*;

#[agent(retry["1s"])]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
