use flock::prelude::*;

#[derive(Default)]
struct Approval<T> {
    by: Option<T>,
}

#[flock]
impl<T: Default> Approval<T> {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<()> {
        ctx.log("begins");
        ctx.sleep("1s").await
    }
}

fn main() {}
