use flock::prelude::*;

#[agent]
const fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
