use flock::prelude::*;

#[agent]
async fn writer(text: _) -> Result<String> {
    Ok(text)
}

fn main() {}
