use flock::prelude::*;

#[agent(loop_to = writer(), max_rounds = 3)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

fn main() {}
