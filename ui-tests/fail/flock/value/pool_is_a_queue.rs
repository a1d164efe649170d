use flock::prelude::*;

#[flock(pool = "scheduled", task_queue = "nightly")]
async fn digest(_ctx: FlockContext, text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
