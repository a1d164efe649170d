use flock::prelude::*;

#[agent(timeout = 30)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
