use flock::prelude::*;

#[agent]
async fn writer(text: &dyn std::fmt::Display) -> Result<String> {
    Ok(text.to_string())
}

fn main() {}
