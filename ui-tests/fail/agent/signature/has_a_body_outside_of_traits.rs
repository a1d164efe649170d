use flock::prelude::*;

#[agent]
async fn writer(text: String) -> Result<String>;

fn main() {}
