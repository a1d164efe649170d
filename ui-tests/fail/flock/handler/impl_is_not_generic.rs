use flock::prelude::*;

#[derive(Default)]
struct Approval<T> {
    by: Option<T>,
}

#[flock]
impl<T: Default + 'static> Approval<T> {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<()> {
        ctx.sleep("1s").await
    }
}

fn main() {}
