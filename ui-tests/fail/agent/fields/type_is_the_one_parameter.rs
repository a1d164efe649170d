use flock::prelude::*;

#[agent(input = String)]
async fn writer(text: String, style: u8) -> Result<String> {
    Ok(format!("{text} {style}"))
}

fn main() {}
