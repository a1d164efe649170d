use flock::prelude::*;

#[agent(timeout = "0s")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
