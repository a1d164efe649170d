use flock::prelude::*;

#[derive(Default)]
struct Approval {
    by: Option<String>,
}

#[flock]
impl Approval {
    #[run]
    async fn run(&mut self, draft: String) -> Result<String> {
        self.by = None;
        Ok(draft)
    }
}

fn main() {}
