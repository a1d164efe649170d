use flock::prelude::*;

#[agent]
fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
