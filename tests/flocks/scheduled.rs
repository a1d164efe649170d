//! Flocks that start by themselves. The next start of each is far off: tests start them.

use flock::prelude::*;

#[agent(output = "text: String")]
pub(crate) async fn greets(name: String) -> Result<String> {
    Ok(format!("happy new year, {name}"))
}

/// Greets once a year.
#[flock(
    schedule = "30 9 1 JAN *",
    time_zone = "Europe/Vienna",
    overlap = "buffer_one",
    jitter = "5m",
    catch_up = "1h",
    timeout = "10m"
)]
pub(crate) async fn new_year(ctx: FlockContext, name: Option<String>) -> Result<String> {
    let name = name.unwrap_or_else(|| "everybody".to_owned());
    Ok(ctx.run::<greets>(name).await?.text)
}

/// A declared one, whose input has a default.
#[flock(
    start = greets,
    input(name: String = "you"),
    schedule(every = "365d", offset = "10d"),
)]
pub(crate) struct Anniversary;
