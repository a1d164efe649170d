use flock::prelude::*;

#[agent(max_result = 65536)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
