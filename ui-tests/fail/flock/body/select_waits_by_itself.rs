use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    flock::select! {
        draft = ctx.run::<writer>(topic).await? => Ok(draft.text),
        _ = ctx.sleep("1h") => Ok("late".to_owned()),
    }
}

fn main() {}
