use flock::prelude::*;

#[agent(retry(max = "1m", max = "2m"))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
