use flock::prelude::*;

/// Writes.
#[agent(input(topic: str, depth: u8), output(text: String))]
struct Writer;

#[flock]
async fn desk(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run::<Writer>(("a topic".to_owned(), 2)).await?.text)
}

fn main() {}
