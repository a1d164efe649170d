use flock::prelude::*;

#[agent]
async unsafe fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
