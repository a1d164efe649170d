use flock::prelude::*;

#[agent(priority = 0)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
