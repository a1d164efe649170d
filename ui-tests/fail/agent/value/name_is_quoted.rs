use flock::prelude::*;

#[agent(name = writer)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
