//! All that the library has, by one import.

use flock::*;

#[agent(output = "text: String", hand_off = reader)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent]
async fn reader(text: String) -> Result<usize> {
    Ok(text.len())
}

#[flock(start = writer)]
struct Desk;

#[flock]
async fn coded(ctx: FlockContext, topic: String) -> Result<usize> {
    let text = ctx.run::<writer>(topic).await?.text;
    ctx.run::<reader>(text).await
}

pub(crate) fn main() {}
