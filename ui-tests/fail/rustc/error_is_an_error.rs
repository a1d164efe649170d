use flock::prelude::*;

struct Sorry;

#[agent]
async fn writer(text: String) -> std::result::Result<String, Sorry> {
    Ok(text)
}

fn main() {}
