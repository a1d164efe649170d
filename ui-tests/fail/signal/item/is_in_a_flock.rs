use flock::prelude::*;

struct Approval {
    by: Option<String>,
}

impl Approval {
    #[signal]
    fn approve(&mut self, by: String) {
        self.by = Some(by);
    }
}

fn main() {}
