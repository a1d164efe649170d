use flock::prelude::*;

#[agent(retry(initail = "10s"))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
