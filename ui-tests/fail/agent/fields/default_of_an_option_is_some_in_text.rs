use flock::prelude::*;

#[agent(input = "days: Option<u8> = 3")]
async fn forecast(days: Option<u8>) -> Result<String> {
    Ok(format!("{days:?}"))
}

fn main() {}
