use flock::prelude::*;

#[agent(local, pool = "high")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
