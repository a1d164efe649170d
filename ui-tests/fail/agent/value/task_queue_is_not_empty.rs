use flock::prelude::*;

#[agent(task_queue = " ")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
