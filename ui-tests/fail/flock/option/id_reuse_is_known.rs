use flock::prelude::*;

#[flock(id_reuse = "reject_duplicates")]
async fn keep(ctx: FlockContext, text: String) -> Result<String> {
    ctx.log("kept");
    Ok(text)
}

fn main() {}
