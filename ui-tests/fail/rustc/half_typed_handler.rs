use flock::prelude::*;

#[derive(Default)]
struct Approval {
    by: Option<String>,
}

#[flock]
impl Approval {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<()> {
        ctx.wait_until(|state| state.by.is_some()).await
    }

    #[signal]
    fn approve(&mut self, by: String) {
        self.by.
    }
}

fn main() {
    let _ = ApprovalApprove::from("by").by;
    let _ = <Approval as flock::Flock>::NAME;
}
