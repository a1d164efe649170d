use flock::prelude::*;

#[agent]
async fn writer(_: String) -> Result<String> {
    Ok(String::new())
}

fn main() {}
