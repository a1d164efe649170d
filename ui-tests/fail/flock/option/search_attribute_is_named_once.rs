use flock::prelude::*;

#[flock(search_attributes(total: Double, total: Int))]
async fn keep(ctx: FlockContext, text: String) -> Result<String> {
    ctx.log("kept");
    Ok(text)
}

fn main() {}
