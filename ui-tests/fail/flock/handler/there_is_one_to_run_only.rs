use flock::prelude::*;

#[derive(Default)]
struct Approval {
    by: Option<String>,
}

#[flock]
impl Approval {
    #[run]
    async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
        ctx.wait_until(|state| state.by.is_some()).await?;
        Ok(draft)
    }

    #[run]
    async fn again(ctx: FlockContext<Self>) -> Result<()> {
        ctx.sleep("1s").await
    }
}

fn main() {}
