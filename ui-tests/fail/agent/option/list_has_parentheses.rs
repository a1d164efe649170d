use flock::prelude::*;

#[agent(output { text: String })]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
