use flock::prelude::*;

#[agent(input = "days: u8 = 3i64")]
async fn forecast(days: u8) -> Result<String> {
    Ok(days.to_string())
}

fn main() {}
