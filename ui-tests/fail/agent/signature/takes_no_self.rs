use flock::prelude::*;

struct Desk;

impl Desk {
    #[agent]
    async fn writer(&self, text: String) -> Result<String> {
        Ok(text)
    }
}

fn main() {}
