// README: `use ::flock::prelude::*;` beside it.
mod flock {
    pub fn birds() -> usize {
        7
    }
}

use flock::prelude::*;

#[agent(output = "words: usize")]
async fn count(text: String) -> Result<usize> {
    Ok(text.len() + flock::birds())
}

fn main() {}
