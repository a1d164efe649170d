use flock::prelude::*;

#[flock(effect = "read")]
async fn desk(_ctx: FlockContext, text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
