use flock::prelude::*;

#[agent(retry(initial = "10s", max = "1s"))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
