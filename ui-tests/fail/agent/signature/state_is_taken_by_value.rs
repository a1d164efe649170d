use flock::prelude::*;

#[agent]
async fn writer(count: &State<u8>, text: String) -> Result<String> {
    Ok(format!("{text} {}", **count))
}

fn main() {}
