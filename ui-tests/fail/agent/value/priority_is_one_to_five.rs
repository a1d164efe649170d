use flock::prelude::*;

#[agent(priority = 9)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
