use flock::prelude::*;
use std::net::TcpStream;

#[flock]
async fn desk(ctx: FlockContext) -> Result<()> {
    let _stream = TcpStream::connect("127.0.0.1:80");
    ctx.log("done");
    Ok(())
}

fn main() {}
