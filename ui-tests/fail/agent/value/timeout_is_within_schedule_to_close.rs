use flock::prelude::*;

#[agent(timeout = "2h", schedule_to_close = "1h")]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
