use flock::prelude::*;

#[agent(input = "degrees: i8 = -129")]
async fn forecast(degrees: i8) -> Result<String> {
    Ok(degrees.to_string())
}

fn main() {}
