use flock::prelude::*;

#[derive(Default)]
struct Desk {
    days: u8,
}

#[flock]
impl Desk {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<u8> {
        Ok(ctx.state(|desk| desk.days))
    }

    #[signal]
    fn plan(&mut self, days: u8 = 3) {
        self.days = days;
    }
}

fn main() {}
