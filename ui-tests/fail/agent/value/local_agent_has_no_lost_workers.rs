use flock::prelude::*;

#[agent(local, lost_workers = 3)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
