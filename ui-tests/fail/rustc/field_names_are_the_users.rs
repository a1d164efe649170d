#![deny(non_snake_case)]
use flock::prelude::*;

/// Write.
#[agent(input(longText: String), output = "text")]
struct Writer;

#[agent]
async fn edit(otherText: String) -> Result<String> {
    Ok(otherText)
}

fn main() {}
