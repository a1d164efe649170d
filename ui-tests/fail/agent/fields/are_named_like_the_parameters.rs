use flock::prelude::*;

#[agent(input(txet: String))]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
