use flock::prelude::*;

#[agent(output = "String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

fn main() {}
