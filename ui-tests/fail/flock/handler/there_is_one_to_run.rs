use flock::prelude::*;

#[derive(Default)]
struct Approval {
    by: Option<String>,
}

#[flock]
impl Approval {
    #[signal]
    fn approve(&mut self, by: String) {
        self.by = Some(by);
    }
}

fn main() {}
