use flock::prelude::*;

#[agent(timeout = "")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
