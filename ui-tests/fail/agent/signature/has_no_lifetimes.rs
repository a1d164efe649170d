use flock::prelude::*;

#[agent]
async fn writer<'a>(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
