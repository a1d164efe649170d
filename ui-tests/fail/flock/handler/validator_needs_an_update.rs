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

    #[validate(edit)]
    fn check(&self, by: String) -> Result<()> {
        drop(by);
        Ok(())
    }
}

fn main() {}
