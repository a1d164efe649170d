use flock::prelude::*;

#[agent]
async fn writer(text: &str) -> Result<String> {
    Ok(text.to_owned())
}

fn main() {}
