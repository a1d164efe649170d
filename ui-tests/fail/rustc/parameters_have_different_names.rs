use flock::prelude::*;

#[agent]
async fn writer(text: String, text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
