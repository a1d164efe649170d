use flock::prelude::*;

#[derive(Default)]
struct Approval {
    by: Option<String>,
}

#[flock]
impl Approval {
    #[run]
    async fn run(draft: String) -> Result<String> {
        Ok(draft)
    }
}

fn main() {}
