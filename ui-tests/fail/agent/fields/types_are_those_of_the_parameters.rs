use flock::prelude::*;

#[agent(input(text: String))]
async fn writer(text: u32) -> Result<String> {
    Ok(text.to_string())
}

fn main() {}
