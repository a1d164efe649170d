use flock::prelude::*;

#[flock_type]
#[derive(Debug, Clone)]
struct Topic(String);

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    let mut board = ctx.blackboard();
    board.publish(Topic(topic));
    board.on::<Topic>().run::<writer>();
    Ok(board.until::<WriterOutput>().await?.text)
}

fn main() {}
