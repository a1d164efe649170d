use flock::prelude::*;

#[derive(Default)]
struct Desk {
    topic: String,
}

impl Desk {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<String> {
        Ok(ctx.state(|desk| desk.topic.clone()))
    }
}

fn main() {}
