use flock::prelude::*;

#[agent]
async fn writer(text: String) -> Result<&'static str> {
    drop(text);
    Ok("text")
}

fn main() {}
