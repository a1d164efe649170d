use flock::prelude::*;

mod desk {
    #[derive(Default)]
    pub struct Approval {
        pub by: Option<String>,
    }
}

#[flock]
impl desk::Approval {
    #[run]
    async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
        ctx.wait_until(|state| state.by.is_some()).await?;
        Ok(draft)
    }
}

fn main() {}
