use flock::prelude::*;

#[agent(schedule_to_start = "2h", schedule_to_close = "1h")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
