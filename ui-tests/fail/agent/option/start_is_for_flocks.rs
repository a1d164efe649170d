use flock::prelude::*;

#[agent(start = writer)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
