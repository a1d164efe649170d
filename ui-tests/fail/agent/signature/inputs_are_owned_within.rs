use flock::prelude::*;

#[agent]
async fn writer(text: Option<&str>) -> Result<String> {
    Ok(text.unwrap_or_default().to_owned())
}

fn main() {}
