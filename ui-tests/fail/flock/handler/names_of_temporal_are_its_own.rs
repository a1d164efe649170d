use flock::prelude::*;

#[derive(Default)]
struct Feed {
    items: usize,
}

#[flock]
impl Feed {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<usize> {
        ctx.wait_until(|feed| feed.items > 3).await?;
        Ok(ctx.state(|feed| feed.items))
    }

    #[signal(name = "__temporal_workflow_stream_publish")]
    fn publish(&mut self) {
        self.items += 1;
    }
}

fn main() {}
