use flock::prelude::*;

#[agent(retry = 3)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
