use flock::prelude::*;

#[agent(input(text: String, style: String))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
