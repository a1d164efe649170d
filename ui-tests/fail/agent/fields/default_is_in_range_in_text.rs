use flock::prelude::*;

#[agent(input = "days: u8 = 300")]
async fn forecast(days: u8) -> Result<String> {
    Ok(days.to_string())
}

fn main() {}
