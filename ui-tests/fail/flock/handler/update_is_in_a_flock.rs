use flock::prelude::*;

#[derive(Default)]
struct Desk {
    topic: String,
}

impl Desk {
    #[update]
    fn turn_to(&mut self, topic: String) -> Result<()> {
        self.topic = topic;
        Ok(())
    }
}

fn main() {}
