use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock]
async fn desk(ctx: FlockContext, left: u32) -> Result<u32> {
    ctx.rounds::<desk>(left, |now| async move {
        now.left -= 1;
        Ok(match now.left {
            0 => std::ops::ControlFlow::Break(1),
            _ => std::ops::ControlFlow::Continue(()),
        })
    })
    .await
}

fn main() {}
