use flock::prelude::*;

use std::error::Error;

#[agent]
async fn writer(text: String) -> std::result::Result<String, Box<dyn Error>> {
    Ok(text)
}

fn main() {}
