use flock::prelude::*;

#[agent]
async fn writer(text: String, #[cfg(debug_assertions)] style: String) -> Result<String> {
    Ok(text)
}

fn main() {}
