use flock::prelude::*;

#[agent(queue = "gpu")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
