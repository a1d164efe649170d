use flock::prelude::*;

#[agent(timeout = "-5s")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
