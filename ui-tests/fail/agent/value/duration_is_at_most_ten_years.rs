use flock::prelude::*;

#[agent(timeout = "9999d")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
