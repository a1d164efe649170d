use flock::prelude::*;

#[agent]
async fn writer(ctx: FlockContext, text: String) -> Result<String> {
    Ok(text + ctx.run_id())
}

fn main() {}
