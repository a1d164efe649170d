use flock::prelude::*;

#[agent]
async extern "C" fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
