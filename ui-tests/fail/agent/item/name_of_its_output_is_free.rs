use flock::prelude::*;

// Rustc would speak of each trait that both have.
#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock_type]
#[derive(Debug, Clone)]
pub struct WriterOutput {
    pages: u8,
}

fn pages(output: &WriterOutput) -> u8 {
    output.pages
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    let written = ctx.run::<writer>(topic).await?;
    Ok(written.text)
}

fn main() {}
