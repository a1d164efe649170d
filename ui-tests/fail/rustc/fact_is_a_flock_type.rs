use flock::prelude::*;

#[derive(Debug, Clone)]
struct Topic(String);

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext) -> Result<String> {
    let mut board = ctx.blackboard();
    board.on::<Topic>().map(|topic| topic.0).run::<writer>();
    Ok(board.until::<WriterOutput>().await?.text)
}

fn main() {}
