use flock::prelude::*;

#[agent(crate = "my flock")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
