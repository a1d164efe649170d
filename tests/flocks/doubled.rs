//! Flocks whose agents are replaced in tests.

use std::time::SystemTime;

use flock::prelude::*;

#[agent(output = "findings: String", hand_off = scribe, retries = 3)]
pub(crate) async fn scout(region: String) -> Result<String> {
    Err(Error::permanent(format!("nobody can go to {region}")))
}

#[agent(output = "report: String, pages: u32")]
pub(crate) async fn scribe(findings: String) -> Result<(String, u32)> {
    Ok((findings.to_uppercase(), 1))
}

/// A declared flock.
#[flock(start = scout)]
pub(crate) struct Expedition;

#[signal]
pub(crate) struct Landed {
    pub(crate) place: String,
}

/// A coded flock: waits a day, then for a signal.
#[flock]
pub(crate) async fn voyage(ctx: FlockContext, region: String) -> Result<String> {
    let began = ctx.now();
    ctx.sleep("1d").await?;
    let landed = ctx.signal::<Landed>().within("3d").await?;
    let found = ctx
        .run::<scout>(format!("{region} near {}", landed.place))
        .await?;
    let days = ctx
        .now()
        .duration_since(began)
        .unwrap_or_default()
        .as_secs()
        / 86_400;
    Ok(format!("{} on day {days}", found.findings))
}

/// Six agents side by side.
#[flock]
pub(crate) async fn survey(ctx: FlockContext) -> Result<Vec<String>> {
    let calls = (0..6).map(|n| ctx.run::<scout>(format!("r{n}")));
    let results = flock::join_all(calls).await;
    results
        .into_iter()
        .map(|result| Ok(result?.findings))
        .collect()
}

/// Code that is at fault.
#[flock]
pub(crate) async fn breaks(_ctx: FlockContext, topic: String) -> Result<()> {
    panic!("no way to {topic}")
}

/// What the clock says.
#[flock]
pub(crate) async fn what_day(ctx: FlockContext) -> Result<u64> {
    let since = ctx.now().duration_since(SystemTime::UNIX_EPOCH);
    Ok(since.unwrap_or_default().as_secs() / 86_400)
}

/// You fly.
#[agent(
    input = "to: String",
    output = "log: String",
    model = "openai/gpt-4o",
    retries = 0
)]
pub(crate) struct Pilot;

/// Asks a vendor's model.
#[flock(start = Pilot)]
pub(crate) struct Flight;
