use flock::prelude::*;

struct Sorry;

type Answer = std::result::Result<String, Sorry>;

#[agent]
async fn writer(text: String) -> Answer {
    Ok(text)
}

fn main() {}
