use flock::prelude::*;

#[derive(Default)]
struct Approval {
    by: Option<String>,
}

#[flock]
impl Approval {
    #[run(timeout = "1m")]
    async fn run(ctx: FlockContext<Self>) -> Result<()> {
        ctx.sleep("1s").await
    }
}

fn main() {}
