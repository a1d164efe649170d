mod agents {
    use flock::prelude::*;

    #[agent]
    async fn writer(text: String) -> Result<String> {
        Ok(text)
    }

    #[flock(start = writer)]
    pub struct Desk;
}

fn main() {}
