use flock::prelude::*;

struct Desk;

impl Desk {
    #[agent(output = "words: usize")]
    async fn count(text: String) -> Result<usize> {
        Ok(text.len())
    }
}

fn main() {}
