use flock::prelude::*;

struct Desk;

impl Desk {
    #[flock]
    async fn wait(ctx: FlockContext, text: String) -> Result<usize> {
        ctx.sleep("1s").await?;
        Ok(text.len())
    }
}

fn main() {}
