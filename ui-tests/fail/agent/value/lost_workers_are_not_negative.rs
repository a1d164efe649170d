use flock::prelude::*;

#[agent(lost_workers = -1)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
