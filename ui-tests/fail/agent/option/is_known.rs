use flock::prelude::*;

#[agent(retrys = 3)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
