use flock::prelude::*;

#[agent(loop_to = writer, max_rounds = 0)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
