use flock::prelude::*;

#[agent(pool = "backgruond")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
