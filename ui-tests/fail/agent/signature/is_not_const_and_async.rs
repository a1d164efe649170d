use flock::prelude::*;

#[agent]
const async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
