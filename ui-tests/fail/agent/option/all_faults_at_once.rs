use flock::prelude::*;

#[agent(retrys = 3, timeout = "5 mins", priority = 9, output = "text: str")]
async fn writer(text: &str) -> Result<String> {
    Ok(text.to_owned())
}

#[agent]
async fn editor(draft: String) -> Result<String> {
    Ok(draft)
}

// What was declared is still there: no error follows from the ones above.
#[flock(start = writer)]
struct Desk;

#[flock]
async fn desk(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run::<writer>("a text").await?.text)
}

fn main() {}
