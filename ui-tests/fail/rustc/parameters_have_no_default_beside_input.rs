use flock::prelude::*;

#[agent(input = "city: String, days: u8")]
async fn forecast(city: String, days: u8 = 3) -> Result<String> {
    Ok(format!("{city}: sun for {days} days"))
}

fn main() {}
