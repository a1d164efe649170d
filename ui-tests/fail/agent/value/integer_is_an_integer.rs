use flock::prelude::*;

#[agent(retries = three)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
