use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<String>;

fn main() {}
