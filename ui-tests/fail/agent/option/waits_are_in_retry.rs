use flock::prelude::*;

#[agent(initial = "1s")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
