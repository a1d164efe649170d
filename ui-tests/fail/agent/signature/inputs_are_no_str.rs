use flock::prelude::*;

#[agent]
async fn writer(text: str) -> Result<String> {
    Ok(text.to_uppercase())
}

fn main() {}
