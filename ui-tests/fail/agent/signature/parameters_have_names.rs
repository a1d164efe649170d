use flock::prelude::*;

#[agent]
async fn writer((first, second): (String, String)) -> Result<String> {
    Ok(first + &second)
}

fn main() {}
