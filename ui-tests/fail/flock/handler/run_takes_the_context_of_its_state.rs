use flock::prelude::*;

#[derive(Default)]
struct Desk {
    topic: String,
}

#[flock]
impl Desk {
    #[run]
    async fn run(ctx: FlockContext, topic: String) -> Result<String> {
        ctx.state_mut(|desk| desk.topic = topic);
        Ok(ctx.state(|desk| desk.topic.clone()))
    }
}

fn main() {}
