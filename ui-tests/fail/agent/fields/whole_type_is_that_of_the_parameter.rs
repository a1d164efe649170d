use flock::prelude::*;

#[agent(input = u8)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
