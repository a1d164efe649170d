use flock::prelude::*;

#[derive(Default)]
struct Desk {
    topic: String,
}

#[flock]
impl Desk {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<String> {
        Ok(ctx.state(|desk| desk.topic.clone()))
    }

    #[update]
    fn turn_to(&mut self, topic: String) -> Result<(), String> {
        self.topic = topic;
        Ok(())
    }
}

fn main() {}
