use flock::prelude::*;

#[agent(output = "words: u64")]
async fn counter(text: String) -> Result<u64> {
    Ok(text.split_whitespace().count() as u64)
}

#[flock(start = counter, input = "text: Vec<String>")]
struct Desk;

fn main() {}
