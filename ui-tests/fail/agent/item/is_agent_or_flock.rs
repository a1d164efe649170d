use flock::prelude::*;

#[agent]
#[flock]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
