use flock::prelude::*;

#[flock(max_result = 65536)]
async fn desk(_ctx: FlockContext, text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
