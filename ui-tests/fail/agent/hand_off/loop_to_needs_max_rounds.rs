use flock::prelude::*;

#[agent(loop_to = writer)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
