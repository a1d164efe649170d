use flock::prelude::*;

struct Desk;

impl Desk {
    #[flock]
    async fn work(self, ctx: FlockContext) -> Result<String> {
        Ok(ctx.run_id().to_owned())
    }
}

fn main() {}
