use flock::prelude::*;

#[agent(model = "openai/gpt-4o")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
