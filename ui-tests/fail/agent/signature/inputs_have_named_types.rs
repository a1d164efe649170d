use flock::prelude::*;

#[agent]
async fn writer(text: impl Into<String>) -> Result<String> {
    Ok(text.into())
}

fn main() {}
