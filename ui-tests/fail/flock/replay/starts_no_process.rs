use flock::prelude::*;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _status = std::process::Command::new("ls").status();
    ctx.log("done");
    Ok(())
}

fn main() {}
