use flock::prelude::*;

#[agent(pool = "gpu")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
