use flock::prelude::*;

#[agent(instructions = "Write.")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
