use flock::prelude::*;

#[agent]
async fn writer(text: String) -> Result<impl Send> {
    Ok(text)
}

fn main() {}
