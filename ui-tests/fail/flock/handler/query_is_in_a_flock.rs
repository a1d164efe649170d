use flock::prelude::*;

#[derive(Default)]
struct Desk {
    topic: String,
}

impl Desk {
    #[query]
    fn topic(&self) -> String {
        self.topic.clone()
    }
}

fn main() {}
