use flock::prelude::*;

#[agent(effect = "write", local)]
async fn pay(amount: u32) -> Result<u32> {
    Ok(amount)
}

fn main() {}
