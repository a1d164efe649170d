use calendar::{DateTime, Utc};
use flock::prelude::*;

#[agent]
async fn reminder(at: DateTime<Utc>) -> Result<String> {
    Ok(at.timestamp().to_string())
}

fn main() {}
