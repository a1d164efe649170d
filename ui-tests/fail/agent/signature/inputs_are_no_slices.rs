use flock::prelude::*;

#[agent]
async fn writer(bytes: &[u8]) -> Result<String> {
    Ok(format!("{bytes:?}"))
}

fn main() {}
