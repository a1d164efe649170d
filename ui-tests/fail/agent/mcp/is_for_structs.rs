use flock::prelude::*;

#[agent(mcp = ["files"])]
async fn researcher(topic: String) -> Result<String> {
    Ok(topic)
}

fn main() {}
