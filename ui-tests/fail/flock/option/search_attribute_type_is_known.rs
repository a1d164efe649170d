use flock::prelude::*;

#[flock(search_attributes(customer: keyword, total: f64))]
async fn keep(ctx: FlockContext, text: String) -> Result<String> {
    ctx.log("kept");
    Ok(text)
}

fn main() {}
