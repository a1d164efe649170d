use flock::prelude::*;

struct Approval {
    by: Option<String>,
}

#[flock]
impl Approval {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<()> {
        ctx.wait_until(|state| state.by.is_some()).await
    }
}

fn main() {}
