use flock::prelude::*;

#[agent]
#[agent]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
