use flock::prelude::*;

#[agent("Write.")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
