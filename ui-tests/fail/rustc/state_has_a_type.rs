use flock::prelude::*;

#[agent]
async fn writer(State(pool): State, text: String) -> Result<String> {
    Ok(text + pool)
}

fn main() {}
