use flock::prelude::*;

#[flock_type]
#[derive(Debug, Clone)]
struct Topic(String);

#[agent(input = Topic, output = "text: String")]
async fn writer(topic: Topic) -> Result<String> {
    Ok(topic.0)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    let mut board = ctx.blackboard();
    board.publish(Topic(topic));
    board.join::<Topic>().run::<writer>();
    Ok(board.until::<WriterOutput>().await?.text)
}

fn main() {}
