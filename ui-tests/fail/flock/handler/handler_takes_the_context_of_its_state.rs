use flock::prelude::*;

#[derive(Default)]
struct Desk {
    topic: String,
}

#[flock]
impl Desk {
    #[run]
    async fn run(ctx: FlockContext<Self>, topic: String) -> Result<String> {
        ctx.state_mut(|desk| desk.topic = topic);
        Ok(ctx.state(|desk| desk.topic.clone()))
    }

    #[update]
    async fn turn_to(ctx: FlockContext, topic: String) -> Result<()> {
        ctx.state_mut(|desk| desk.topic = topic);
        Ok(())
    }
}

fn main() {}
