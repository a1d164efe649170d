//! Flocks whose values no server takes.

use flock::prelude::*;

use super::{
    sealed::{archives, copies},
    traced::trace,
};

/// Keeps a text and gives it up once; then gives back what was kept.
#[agent(
    output = "text: String",
    heartbeat = "5s",
    retries = 1,
    retry(initial = "10ms")
)]
pub(crate) async fn holds(ctx: AgentContext, text: String) -> Result<String> {
    match ctx.resume::<String>()? {
        Some(kept) => Ok(kept),
        None => {
            ctx.checkpoint(&text).await?;
            Err(flock::err!("it is too heavy"))
        }
    }
}

/// The same text, on the flock's worker.
#[agent(output = "text: String", local)]
pub(crate) async fn copies_here(text: String) -> Result<String> {
    Ok(text)
}

/// Something to be carried along.
#[signal]
pub(crate) struct Parcel {
    pub(crate) text: String,
}

/// Has a text go everywhere, and gives how long it and a parcel are.
#[flock]
pub(crate) async fn hauls(ctx: FlockContext, text: String) -> Result<u64> {
    let text = ctx.run::<holds>(text).await?.text;
    let text = ctx.run::<copies_here>(text).await?.text;
    let text = ctx.child::<archives>(text).await?;
    let parcel = ctx.signal::<Parcel>().await?.text;
    Ok((text.len() + parcel.len()) as u64)
}

/// Goes on with a text as many times, and gives it.
#[flock]
pub(crate) async fn passes_on(ctx: FlockContext, text: String, times: u64) -> Result<String> {
    match times {
        0 => Ok(text),
        _ => Err(ctx.continue_as_new::<passes_on>((text, times - 1))),
    }
}

/// Copies a text before and after somebody looked at it; leaves traces.
#[flock]
pub(crate) async fn survives(ctx: FlockContext, text: String, file: String) -> Result<String> {
    let text = ctx.run::<copies>(text).await?.text;
    ctx.run::<marks>(file).await?;
    let parcel = ctx.signal::<Parcel>().await?.text;
    Ok(ctx.run::<copies>(text + &parcel).await?.text)
}

#[agent(heartbeat = "10s")]
pub(crate) async fn marks(file: String) -> Result<()> {
    trace(&file, "copied");
    Ok(())
}
