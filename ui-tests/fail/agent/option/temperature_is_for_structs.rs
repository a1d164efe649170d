use flock::prelude::*;

#[agent(temperature = 0.2)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
