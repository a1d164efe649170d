use flock::prelude::*;

#[agent(max_rounds = 3)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
