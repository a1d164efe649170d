use flock::prelude::*;

#[agent(crate = ::nowhere)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
