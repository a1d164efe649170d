use flock::prelude::*;

trait Desk {
    #[agent]
    async fn writer(text: String) -> Result<String>;
}

fn main() {}
