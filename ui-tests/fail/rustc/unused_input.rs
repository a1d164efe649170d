#![deny(unused_variables)]
use flock::prelude::*;

#[agent(input(text: String, depth: u8 = 2))]
async fn writer(text: String, depth: u8) -> Result<String> {
    Ok(text)
}

#[flock]
async fn desk(ctx: FlockContext, text: String) -> Result<()> {
    ctx.run::<writer>(("text".to_owned(), 1)).await.map(drop)
}

fn main() {}
