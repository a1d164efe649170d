//! Flocks that get stuck, and go on once they are helped.

use flock::prelude::*;

use super::traced::trace;

/// The way is clear.
#[signal]
pub(crate) struct Onward {
    pub(crate) by: String,
}

#[agent(output = "miles: u64", heartbeat = "10s")]
pub(crate) async fn first_leg(file: String) -> Result<u64> {
    trace(&file, "first");
    Ok(1)
}

/// Ends the run where its gate is shut.
#[agent(output = "miles: u64", effect = "write", heartbeat = "10s")]
pub(crate) async fn second_leg(file: String, gate: String) -> Result<u64> {
    trace(&file, "second");
    match std::path::Path::new(&gate).exists() {
        true => Ok(2),
        false => Err(Error::permanent("the gate is shut")),
    }
}

/// Two steps, and a signal between.
#[flock]
pub(crate) async fn crossing(ctx: FlockContext, file: String, gate: String) -> Result<String> {
    let mut miles = ctx.run::<first_leg>(file.clone()).await?.miles;
    let onward = ctx.signal::<Onward>().await?;
    miles += ctx.run::<second_leg>((file, gate)).await?.miles;
    Ok(format!("{miles} miles, sent by {}", onward.by))
}
