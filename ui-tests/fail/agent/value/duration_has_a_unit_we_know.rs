use flock::prelude::*;

#[agent(timeout = "5 mins")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
