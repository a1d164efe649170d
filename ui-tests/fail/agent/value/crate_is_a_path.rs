use flock::prelude::*;

#[agent(crate = 5)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
