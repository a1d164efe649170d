use flock::prelude::*;

#[agent(local, task_queue = "gpu")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
