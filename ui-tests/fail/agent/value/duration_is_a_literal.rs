use flock::prelude::*;

#[agent(timeout = 5 * 60)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
