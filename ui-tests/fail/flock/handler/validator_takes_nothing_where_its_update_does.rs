use flock::prelude::*;

#[derive(Default)]
struct Approval {
    is_open: bool,
}

#[flock]
impl Approval {
    #[run]
    async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
        ctx.wait_until(|state| state.is_open).await?;
        Ok(draft)
    }

    #[update]
    fn open(&mut self) -> Result<()> {
        self.is_open = true;
        Ok(())
    }

    #[validate(open)]
    fn check(&self, who: String) -> Result<()> {
        drop(who);
        Ok(())
    }
}

fn main() {}
