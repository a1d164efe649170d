use flock::prelude::*;

#[agent(budget(tokens = 5000))]
async fn finder(word: String) -> Result<String> {
    Ok(word)
}

fn main() {}
