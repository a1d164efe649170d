use flock::prelude::*;

#[agent(local = "yes")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
