use flock::prelude::*;

#[agent]
async fn writer(text: String) -> std::result::Result<String, String> {
    Ok(text)
}

fn main() {}
