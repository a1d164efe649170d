use flock::prelude::*;

#[agent]
async fn writer(text: String, count: State<u8>) -> Result<String> {
    Ok(format!("{text} {}", *count))
}

fn main() {}
