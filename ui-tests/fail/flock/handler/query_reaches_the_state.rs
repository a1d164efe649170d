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

    #[query]
    fn approver(default: String) -> String {
        default
    }
}

fn main() {}
