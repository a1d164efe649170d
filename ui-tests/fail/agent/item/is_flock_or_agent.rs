use flock::prelude::*;

#[flock]
#[agent]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
