use flock::prelude::*;

#[agent(name = "")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
