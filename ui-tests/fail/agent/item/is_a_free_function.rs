use flock::prelude::*;

struct Desk;

impl Desk {
    #[agent]
    async fn writer(text: String) -> Result<Self> {
        drop(text);
        Ok(Self)
    }
}

fn main() {}
