//! Two programs that happen to share a queue.

use flock::prelude::*;

/// Tried once: an attempt that is spent on a program without it would be its end.
#[agent(output = "said: String", retries = 0)]
pub(crate) async fn answers(name: String) -> Result<String> {
    Ok(format!("hello {name}"))
}

/// Meets an agent three times.
#[flock]
pub(crate) async fn visits(ctx: FlockContext, name: String) -> Result<Vec<String>> {
    let mut said = Vec::new();
    for _ in 0..3 {
        said.push(ctx.run::<answers>(name.clone()).await?.said);
    }
    Ok(said)
}

/// Meets one where it is told to.
#[flock]
pub(crate) async fn calls_at(ctx: FlockContext, name: String, place: String) -> Result<String> {
    Ok(ctx.run::<answers>(name).task_queue(place).await?.said)
}

/// Of the other program.
#[agent(output = "said: String")]
pub(crate) async fn mutters(name: String) -> Result<String> {
    Ok(name)
}

/// Of the other program.
#[flock]
pub(crate) async fn keeps_house(ctx: FlockContext, name: String) -> Result<String> {
    Ok(ctx.run::<mutters>(name).await?.said)
}
