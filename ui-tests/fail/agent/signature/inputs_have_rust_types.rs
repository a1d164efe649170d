use flock::prelude::*;

#[agent]
async fn writer(count: int) -> Result<String> {
    Ok(count.to_string())
}

fn main() {}
