use flock::prelude::*;

#[agent(task_queue = "gpu", pool = "high")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
