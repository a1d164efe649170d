use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _text = std::fs::read_to_string("notes.txt");
    ctx.log("done");
    Ok(())
}

fn main() {}
